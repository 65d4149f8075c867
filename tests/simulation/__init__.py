"""The whole system in one thread over a real PostgreSQL: the functions' own handlers, queues in memory, simulated time.

Nothing runs in parallel. Instead, anything may happen before or after each call of a process to AWS: the process dies,
a response is lost, minutes pass, another planner claims the job, its owner cancels it. Each statement is atomic in the
database, so this covers every possible order of events, and each order can be replayed.
"""
