"""Triggered by the queue `analysis-jobs`, one job per message. Runs the job's agents and completes it."""
