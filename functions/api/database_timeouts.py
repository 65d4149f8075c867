"""How long the api function waits for the database: in total less than the 10 s within which every request responds."""

#: How long a statement is retried. A paused database takes at least 15 s to resume, which is too long to wait for.
RETRY_BUDGET_S = 3
READ_TIMEOUT_S = 6
