-- Bounds histories: events and jobs are deleted after a while, and past runs are indexed by model.

-- Submitting a job also deletes the events of a few jobs that ended EVENTS_KEPT_DAYS ago, and a few jobs that ended
-- JOBS_KEPT_DAYS ago, of any user. These indexes find the oldest ones.
CREATE INDEX job_events_of_ends ON job_events (at) WHERE kind IN ('completed', 'failed', 'cancelled');
CREATE INDEX jobs_by_end ON jobs (completed_at) WHERE completed_at IS NOT NULL;

-- A job's history may be deleted but has no gaps: an ended job loses all its events or none, an active job none.
CREATE FUNCTION guard_events_deleted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    torn uuid;
BEGIN
    SELECT jobs.id INTO torn
      FROM jobs
     WHERE jobs.id IN (SELECT job_id FROM deleted)
       AND (jobs.completed_at IS NULL OR EXISTS (SELECT FROM job_events WHERE job_id = jobs.id))
     LIMIT 1;
    IF torn IS NOT NULL THEN
        RAISE EXCEPTION 'events of job % go together, after its end', torn USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER job_events_guard_delete AFTER DELETE ON job_events REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION guard_events_deleted();

-- Past runs are read by section and model, newest first. If the model weren't in the index, the first job with a new
-- model would read every run of the old one.
CREATE INDEX job_results_newest_of_model ON job_results (section, coalesce(model, ''), created_at DESC);
