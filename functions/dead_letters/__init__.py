"""Triggered by the dead-letter queue of `analysis-jobs`; fails the jobs whose messages could not be processed."""
