"""Triggered by the delayed queue `watchdog`, one job a message; rescues the job or ends it, and looks again later."""
