"""The whole system in one thread over a real PostgreSQL: the functions' own handlers, queues in memory, simulated time.

Nothing runs at the same time as anything else; instead anything may happen at each call that a process makes to AWS,
before it and after it: the process dies, an answer is lost, minutes pass, another planner takes the job, its owner
cancels it. Each statement is atomic in the database, so that is every order of events there is, and each can be
replayed.
"""
