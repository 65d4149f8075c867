"""Triggered by the dead-letter queue of `analysis-jobs`. Fails jobs whose messages could not be processed."""
