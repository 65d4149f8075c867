-- Invariants that no code path may break, beyond the guards of 001: results and events are immutable, and progress only
-- increases.

-- Whether a payload has the parts of its section's format that clients depend on; the functions' models define it in
-- full.
CREATE FUNCTION is_well_formed(section text, payload jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_typeof(payload) = 'object' AND coalesce(CASE section
        WHEN 'snapshot' THEN payload @@ '$.accounts.type() == "array"'
        WHEN 'report' THEN payload @@ '$.content.type() == "string" && $.content != ""'
        WHEN 'charts' THEN (
            SELECT count(*) <= 6 AND coalesce(bool_and(chart.value @@
                       '$.title.type() == "string" && $.type.type() == "string" && $.data.type() == "array" && $.data.size() > 0'), true)
              FROM jsonb_each(payload) AS chart)
        WHEN 'retirement' THEN payload @@
            '$.analysis.type() == "string" && $.analysis != "" && $.fan.type() == "array" && ($.success_rate.type() == "null" || $.fan.size() > 0 && $.success_rate.type() == "number")'
        WHEN 'summary' THEN payload @@ '$.total_value.type() == "number"'
        ELSE true END, false)
$$;

-- A section must come from the attempt that owns the job, before the job ends; the summary comes with the completion.
CREATE FUNCTION guard_result_insert() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM jobs WHERE id = NEW.job_id AND attempt = NEW.attempt
                      AND (status = 'running' OR status = 'completed' AND completed_at = now())) THEN
        RAISE EXCEPTION 'attempt % does not own job %', NEW.attempt, NEW.job_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT is_well_formed(NEW.section, NEW.payload) THEN
        RAISE EXCEPTION 'the section % of job % is malformed', NEW.section, NEW.job_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER job_results_guard_insert BEFORE INSERT ON job_results FOR EACH ROW EXECUTE FUNCTION guard_result_insert();

-- Committed rows never change: every attempt reads the same snapshot, and clients may have read a section.
CREATE FUNCTION forbid_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of job % cannot change', TG_TABLE_NAME, OLD.job_id USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER job_results_guard_update BEFORE UPDATE ON job_results FOR EACH ROW EXECUTE FUNCTION forbid_update();
CREATE TRIGGER job_events_guard_update BEFORE UPDATE ON job_events FOR EACH ROW EXECUTE FUNCTION forbid_update();

-- Results are deleted only with their job.
CREATE FUNCTION guard_results_deleted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    torn uuid;
BEGIN
    SELECT jobs.id INTO torn FROM jobs WHERE jobs.id IN (SELECT job_id FROM deleted) LIMIT 1;
    IF torn IS NOT NULL THEN
        RAISE EXCEPTION 'results of job % go with the job', torn USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER job_results_guard_delete AFTER DELETE ON job_results REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION guard_results_deleted();

-- Events are numbered without gaps: none is beyond the job's counter, and the counter only advances with them. Checked
-- after the statement, which writes both. An ended job can't advance its counter, so it gets no event.
CREATE FUNCTION guard_event_insert() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM jobs WHERE id = NEW.job_id AND event_seq >= NEW.seq) THEN
        RAISE EXCEPTION 'event % of job % is beyond its counter', NEW.seq, NEW.job_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER job_events_guard_insert AFTER INSERT ON job_events
    FOR EACH ROW EXECUTE FUNCTION guard_event_insert();

CREATE FUNCTION guard_event_seq() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM job_events WHERE job_id = NEW.id AND seq > OLD.event_seq AND seq <= NEW.event_seq)
       <> NEW.event_seq - OLD.event_seq THEN
        RAISE EXCEPTION 'job % counts events that are not there', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER jobs_guard_event_seq AFTER UPDATE ON jobs
    FOR EACH ROW WHEN (NEW.event_seq <> OLD.event_seq) EXECUTE FUNCTION guard_event_seq();

-- An ended job never changes, except for its name, unless a user requests another round. Rounds, attempts, and versions
-- only increase.
CREATE FUNCTION guard_job_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_over boolean = OLD.status IN ('completed', 'failed', 'cancelled');
    is_reopened boolean = OLD.status IN ('failed', 'cancelled') AND NEW.status = 'pending' AND NEW.round = OLD.round + 1;
    renamed text[] = '{name,version,updated_at}';
BEGIN
    IF is_over AND NOT is_reopened
       AND (NEW.name IS NOT DISTINCT FROM OLD.name OR to_jsonb(NEW) - renamed <> to_jsonb(OLD) - renamed) THEN
        RAISE EXCEPTION 'job % is % and cannot change', OLD.id, OLD.status USING ERRCODE = 'check_violation';
    END IF;
    IF NOT is_reopened AND NEW.round <> OLD.round THEN
        RAISE EXCEPTION 'job % enters a new round only after its end', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.attempt NOT IN (OLD.attempt, OLD.attempt + 1) OR NEW.version <= OLD.version OR NEW.event_seq < OLD.event_seq THEN
        RAISE EXCEPTION 'attempt, version and event_seq of job % only grow', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.user_id, NEW.job_type, NEW.sections) IS DISTINCT FROM (OLD.user_id, OLD.job_type, OLD.sections) THEN
        RAISE EXCEPTION 'owner, type and sections of job % cannot change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER jobs_guard_update BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION guard_job_update();

-- Within an attempt progress never decreases. A write that would decrease it keeps the previous percent instead of
-- failing the statement, because a progress error must not cost a section. (A statement that waits for a lock writes
-- the progress at its start, and a poll may have read a higher one since.) The tolerance covers the time between the
-- statement's evaluation and this check.
CREATE FUNCTION guard_progress() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz = clock_timestamp();
    seen float8 = coalesce((progress_at(OLD.progress_data, at))[1], (OLD.progress_data ->> 'progress_percent')::float8, 0);
    written float8 = coalesce((progress_at(NEW.progress_data, at))[1], (NEW.progress_data ->> 'progress_percent')::float8, -1);
BEGIN
    NEW.progress_data = coalesce(NEW.progress_data, OLD.progress_data);
    IF floor(written + 0.05) < floor(seen) THEN
        NEW.progress_data = NEW.progress_data || jsonb_build_object('progress_percent', least(99, floor(seen)),
            'anchor', CASE jsonb_typeof(NEW.progress_data -> 'anchor') WHEN 'object'
                THEN progress_anchor(NEW.progress_data -> 'agents', NEW.progress_data -> 'anchor', seen, at) END);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_guard_progress BEFORE UPDATE OF progress_data ON jobs FOR EACH ROW
    WHEN (NEW.is_tracked IS NOT FALSE
          AND OLD.progress_data ->> 'attempt' = coalesce(NEW.progress_data ->> 'attempt', OLD.progress_data ->> 'attempt'))
    EXECUTE FUNCTION guard_progress();
