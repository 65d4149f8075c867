"""The deletion of old events and old jobs. `EVENTS_KEPT_DAYS` and `JOBS_KEPT_DAYS` (functions.yaml) are the parameters.

Submitting a job also deletes expired data of any user, so that no scan is needed: the events of up to 20 jobs and up to
20 whole jobs, which is more than it adds. A job's events are deleted all at once. Locked jobs are being retried and are
skipped.
"""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

_EVENTS_EXPIRE = "now() - make_interval(days => :kept_days::integer)"

#: Condition on a row of `jobs`. Expired events are hidden even before their deletion.
EVENTS_ARE_KEPT = f"(jobs.completed_at IS NULL OR jobs.completed_at > {_EVENTS_EXPIRE})"

#: CTEs for a statement that has `owner`.
EXPIRED = f"""
    expired AS (
        SELECT jobs.id FROM job_events AS ending JOIN jobs ON jobs.id = ending.job_id
         WHERE ending.kind IN ('completed', 'failed', 'cancelled')
           AND ending.at <= {_EVENTS_EXPIRE} AND jobs.completed_at <= {_EVENTS_EXPIRE}
         ORDER BY ending.at LIMIT 20 FOR UPDATE OF jobs SKIP LOCKED
    ), expired_jobs AS (
        SELECT id FROM jobs WHERE completed_at <= now() - make_interval(days => :jobs_kept_days::integer)
         ORDER BY completed_at LIMIT 20 FOR UPDATE SKIP LOCKED
    )"""
DELETE_EXPIRED = """
    deleted_events AS (
        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id
    ), deleted_jobs AS (
        DELETE FROM jobs USING expired_jobs, owner WHERE jobs.id = expired_jobs.id
    )"""
