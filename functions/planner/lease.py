"""A planner's hold on a job: how long it lasts unless the heartbeat renews it."""

#: Seconds that a planner owns a job without renewing its lease, by the database's clock.
LEASE_S = 60
#: The message stays invisible slightly longer than the lease, 65 s for a lease of 60 s, so that the next planner
#: finds the lease expired.
HIDDEN_PER_LEASE = 13 / 12
