"""The whole system on one machine: the emulated AWS services, PostgreSQL and the functions, as child processes."""
