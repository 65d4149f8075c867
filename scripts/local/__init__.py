"""Runs the whole system on one machine: emulated AWS services, PostgreSQL and the functions, as child processes."""
