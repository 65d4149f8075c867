"""Triggered by the queue `analysis-jobs`, one job a message; runs the job's agents and completes it."""
