-- Histories that stay small: events are forgotten after a while, and past runs are found by their model.

-- The events of a job are forgotten together, EVENTS_KEPT_DAYS after its end. Nothing scans for them: whoever submits a
-- job has those of a few of his own old ones deleted by the same statement. This says how far that has come: jobs that
-- ended up to then have no events any more. A job that is tried again ends again, later.
ALTER TABLE users ADD COLUMN events_forgotten_until timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX jobs_ended_by_user ON jobs (user_id, completed_at) WHERE completed_at IS NOT NULL;

-- A history begins late or not at all, but has no gaps: an ended job loses all its events or none, an active one none.
CREATE FUNCTION guard_events_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Past runs are asked for by section and model, newest first. With the model outside of the index, the first job of a
-- new model would read every run of the old one.
CREATE INDEX job_results_newest_of_model ON job_results (section, coalesce(model, ''), created_at DESC);
DROP INDEX job_results_newest;
