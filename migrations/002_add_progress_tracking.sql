-- What happened to a job, and how far it is.

ALTER TABLE jobs ADD COLUMN event_seq integer NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN progress_data jsonb;
ALTER TABLE jobs ADD CONSTRAINT jobs_progress_vocabulary CHECK (progress_data IS NULL OR (
    progress_data ->> 'stage' IN ('queued', 'setup', 'running', 'finalizing', 'completed', 'failed', 'cancelled', 'retrying')
    AND (progress_data ->> 'progress_percent')::integer BETWEEN 0 AND 100
    AND ((progress_data ->> 'progress_percent')::integer < 100 OR status = 'completed')));

CREATE TABLE job_events (
    job_id           uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    seq              integer NOT NULL CHECK (seq > 0),
    at               timestamptz NOT NULL DEFAULT clock_timestamp(), -- after the lock: in the order of seq
    kind             text NOT NULL CHECK (kind IN ('queued', 'claimed', 'progress', 'section_committed',
                                                   'redispatched', 'completed', 'failed', 'cancelled', 'retried')),
    agent            text,
    progress_percent integer CHECK (progress_percent BETWEEN 0 AND 100),
    message          text NOT NULL DEFAULT '' CHECK (length(message) <= 200),
    details          jsonb,
    PRIMARY KEY (job_id, seq)
);

CREATE FUNCTION iso8601(at timestamptz) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- One agent's entry with a change to it: its percent never falls, a settled agent stays settled, its times are the database's.
CREATE FUNCTION apply_agent_progress(agent jsonb, change jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    new_status text = coalesce(change ->> 'status', agent ->> 'status');
    percent integer = greatest((agent ->> 'progress_percent')::integer, (change ->> 'progress_percent')::integer);
    remaining_s double precision = coalesce((change ->> 'remaining_seconds')::double precision, (agent ->> 'expected_seconds')::double precision);
BEGIN
    IF change IS NULL OR agent ->> 'status' IN ('completed', 'failed', 'skipped') THEN
        RETURN agent;
    END IF;
    agent = agent || jsonb_build_object('status', new_status, 'message', coalesce(change ->> 'message', agent ->> 'message'));
    IF new_status = 'running' THEN
        RETURN agent || jsonb_build_object(
            'progress_percent', least(99, percent),
            'started_at', coalesce(agent ->> 'started_at', iso8601(at)),
            'estimated_completion', iso8601(at + make_interval(secs => remaining_s)));
    END IF;
    RETURN agent || jsonb_build_object(
        'progress_percent', CASE new_status WHEN 'completed' THEN 100 ELSE percent END,
        'started_at', coalesce(agent ->> 'started_at', CASE new_status WHEN 'completed' THEN iso8601(at) END),
        'completed_at', CASE WHEN new_status IN ('completed', 'failed') THEN iso8601(at) END,
        'estimated_completion', NULL);
END
$$;

-- The progress of a job with a change to it, as of `at`; NULL (tracking is off) stays NULL.
--
-- change: {"stage": ..., "agents": {name: {"status", "progress_percent", "message", "remaining_seconds"}}}, all optional.
-- Percent follows time: elapsed / (elapsed + remaining), where remaining is what setup, the slowest branch and the
-- finalizing still need. It never falls, and reads 100 only at stage completed. The range is the 10th to 90th
-- percentile of a log-normal time with sigma 0.35: exp(-+1.2816 * 0.35) = 0.64 and 1.57 times the point estimate.
CREATE FUNCTION apply_progress(progress jsonb, change jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    new_stage text = coalesce(change ->> 'stage', progress ->> 'stage');
    is_over boolean = new_stage IN ('completed', 'failed', 'cancelled');
    elapsed_s double precision = extract(epoch FROM at - (progress ->> 'started_at')::timestamptz);
    old_percent integer = (progress ->> 'progress_percent')::integer;
    agents jsonb = '[]';
    agent jsonb;
    all_settled boolean = true;
    settled integer;
    remaining_s double precision;
    running text;
    percent integer;
BEGIN
    FOR agent IN SELECT entry.value FROM jsonb_array_elements(progress -> 'agents') WITH ORDINALITY AS entry ORDER BY entry.ordinality LOOP
        agent = apply_agent_progress(agent, change -> 'agents' -> (agent ->> 'name'), at);
        IF agent ->> 'name' = 'finalizing' AND all_settled AND NOT is_over THEN
            new_stage = 'finalizing';
            agent = apply_agent_progress(agent, '{"status": "running"}', at);
        ELSIF is_over THEN
            agent = apply_agent_progress(agent, jsonb_build_object('status', CASE
                WHEN new_stage = 'completed' THEN 'completed'
                WHEN new_stage = 'failed' AND agent ->> 'status' = 'running' THEN 'failed'
                ELSE 'skipped' END), at);
        END IF;
        all_settled = all_settled AND agent ->> 'status' IN ('completed', 'failed', 'skipped');
        agents = agents || jsonb_build_array(agent);
    END LOOP;

    SELECT coalesce(sum(left_s) FILTER (WHERE name IN ('setup', 'finalizing')), 0)
           + coalesce(max(left_s) FILTER (WHERE name NOT IN ('setup', 'finalizing')), 0),
           (array_agg(name ORDER BY left_s DESC) FILTER (WHERE status = 'running'))[1],
           count(*) FILTER (WHERE status NOT IN ('waiting', 'running'))
      INTO remaining_s, running, settled
      FROM (SELECT entry ->> 'name' AS name, entry ->> 'status' AS status, CASE entry ->> 'status'
                       WHEN 'waiting' THEN (entry ->> 'expected_seconds')::double precision
                       WHEN 'running' THEN greatest(
                           0.05 * (entry ->> 'expected_seconds')::double precision,
                           extract(epoch FROM (entry ->> 'estimated_completion')::timestamptz - at))
                       ELSE 0 END AS left_s
              FROM jsonb_array_elements(agents) AS entry) AS branch;

    percent = CASE WHEN new_stage = 'completed' THEN 100
        WHEN is_over THEN old_percent
        ELSE greatest(old_percent, least(99, floor(100 * elapsed_s / greatest(elapsed_s + remaining_s, 0.001)))) END;

    RETURN progress || jsonb_build_object(
        'stage', new_stage,
        'current_agent', running,
        'progress_percent', percent,
        'message', CASE new_stage
            WHEN 'queued' THEN 'Waiting to start...'
            WHEN 'setup' THEN 'Reading the portfolio...'
            WHEN 'running' THEN coalesce('Running ' || initcap(running), 'Starting the agents') || '...'
            WHEN 'finalizing' THEN 'Putting the results together...'
            WHEN 'completed' THEN 'Analysis complete'
            WHEN 'failed' THEN 'The analysis failed'
            WHEN 'cancelled' THEN 'The analysis was cancelled'
            WHEN 'retrying' THEN 'Starting another attempt...' END,
        'estimated_completion', CASE WHEN NOT is_over THEN iso8601(at + make_interval(secs => remaining_s)) END,
        'estimated_range', CASE WHEN NOT is_over THEN jsonb_build_array(
            iso8601(at + make_interval(secs => 0.64 * remaining_s)),
            iso8601(at + make_interval(secs => 1.57 * remaining_s))) END,
        'updated_at', iso8601(at),
        'current', least(settled + 1, jsonb_array_length(agents)),
        'agents', agents);
END
$$;
