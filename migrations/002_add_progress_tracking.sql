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
                                                   'released', 'completed', 'failed', 'cancelled', 'retried')),
    agent            text,
    progress_percent integer CHECK (progress_percent BETWEEN 0 AND 100),
    message          text NOT NULL DEFAULT '' CHECK (length(message) <= 200),
    details          jsonb,
    PRIMARY KEY (job_id, seq)
);

CREATE FUNCTION iso8601(at timestamptz) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A piecewise linear course: the values of `points` ([[x, y1, y2, ...], ...], x ascending) at x, held beyond both ends.
CREATE FUNCTION course_at(points jsonb, x double precision) RETURNS double precision[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    low integer = 0;
    high integer = jsonb_array_length(points) - 1;
    middle integer;
    below jsonb;
    above jsonb;
    share double precision;
    said double precision[];
BEGIN
    IF x <= (points -> 0 ->> 0)::double precision THEN
        high = 0;
    END IF;
    WHILE high - low > 1 LOOP
        middle = (low + high) / 2;
        IF (points -> middle ->> 0)::double precision <= x THEN
            low = middle;
        ELSE
            high = middle;
        END IF;
    END LOOP;
    below = points -> low;
    above = points -> high;
    share = least(1, (x - (below ->> 0)::double precision)
                     / greatest((above ->> 0)::double precision - (below ->> 0)::double precision, 1e-9));
    FOR place IN 1 .. jsonb_array_length(below) - 1 LOOP
        said[place] = CASE WHEN high = 0 THEN (below ->> place)::double precision
            ELSE (1 - share) * (below ->> place)::double precision + share * (above ->> place)::double precision END;
    END LOOP;
    RETURN said;
END
$$;

-- What a job still needs at each of some moments (seconds after `at`): setup, then the slowest branch, then finalizing.
CREATE FUNCTION job_remaining_s(agents jsonb, at timestamptz, moments double precision[])
RETURNS TABLE (place bigint, after_s double precision, low_s double precision, middle_s double precision, high_s double precision)
LANGUAGE sql STABLE STRICT ROWS 20 AS $$
    WITH agent AS (
        SELECT entry ->> 'name' IN ('setup', 'finalizing') AS is_around, entry -> 'course' AS course,
               CASE entry ->> 'status' WHEN 'running' THEN extract(epoch FROM at)::double precision - (entry ->> 'began')::double precision END AS elapsed_s
          FROM jsonb_array_elements(agents) AS entry WHERE entry ->> 'status' IN ('waiting', 'running')
    ), remaining AS (
        SELECT moment.place, agent.is_around, course_at(agent.course, coalesce(agent.elapsed_s + moment.after_s, 0)) AS left_s
          FROM agent CROSS JOIN unnest(moments) WITH ORDINALITY AS moment (after_s, place)
    )
    SELECT moment.place, moment.after_s,
           coalesce(sum(left_s[1]) FILTER (WHERE is_around), 0) + coalesce(max(left_s[1]) FILTER (WHERE NOT is_around), 0),
           coalesce(sum(left_s[2]) FILTER (WHERE is_around), 0) + coalesce(max(left_s[2]) FILTER (WHERE NOT is_around), 0),
           coalesce(sum(left_s[3]) FILTER (WHERE is_around), 0) + coalesce(max(left_s[3]) FILTER (WHERE NOT is_around), 0)
      FROM unnest(moments) WITH ORDINALITY AS moment (after_s, place)
      LEFT JOIN remaining USING (place)
     GROUP BY moment.place, moment.after_s
$$;

-- What the stored progress says at a moment: [percent, low, middle, high], percent below 100, the others in seconds.
CREATE FUNCTION progress_at(progress jsonb, at timestamptz) RETURNS double precision[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    elapsed_s double precision = extract(epoch FROM at)::double precision - (progress -> 'curve' ->> 'began')::double precision;
    points jsonb = progress -> 'curve' -> 'points';
    said double precision[] = course_at(points, greatest(elapsed_s, 0));
    last_s double precision = points -> -1 ->> 0;
BEGIN
    IF elapsed_s > last_s THEN   -- very late: it creeps on, and never arrives
        said[1] = said[1] + (99.99 - said[1]) * (1 - last_s / elapsed_s);
    END IF;
    RETURN said;
END
$$;

-- The curve that a job's progress follows from `at` on, beginning at `percent` (where the old curve stands).
--
-- The share of time is q = elapsed / (elapsed + remaining). Where the old curve is behind it, the new one catches up soon.
-- Where it is ahead, what is missing of the percent shrinks as what is missing of the share does,
-- 100 - p(t) = (100 - p(at)) * (1 - q(t)) / (1 - q(at)): so it neither falls nor stands still when an estimate grows.
-- No point goes all the way to the end, so that there is always some way left to go.
-- Points: [seconds after `at`, percent, low, middle, high].
CREATE FUNCTION progress_curve(agents jsonb, started_at timestamptz, percent double precision, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    elapsed_s double precision = greatest(0, extract(epoch FROM at - started_at));
    expected_s double precision = (SELECT greatest(middle_s, 0.01) FROM job_remaining_s(agents, at, '{0}'));
    missing double precision = least(100, (100 - percent) * (elapsed_s + expected_s) / expected_s);
BEGIN
    RETURN (
        SELECT jsonb_build_object('began', extract(epoch FROM at)::double precision, 'points', jsonb_agg(jsonb_build_array(
                   round(after_s::numeric, 3), round((reached + (99.99 - reached) * 0.001 * (place - 1))::numeric, 6),
                   round(low_s::numeric, 3), round(middle_s::numeric, 3), round(high_s::numeric, 3)) ORDER BY place))
          FROM (SELECT *, CASE place WHEN 1 THEN percent ELSE
                       least(percent + (99.95 - percent) * (place - 1) / place, greatest(percent, max(100 - missing * middle_s / greatest(elapsed_s + after_s + middle_s, 0.01))
                                                     OVER (ORDER BY place))) END AS reached
                  FROM job_remaining_s(agents, at, (
                       SELECT array_agg(moment * expected_s ORDER BY moment)
                         FROM unnest('{0, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.35, 1.6, 2, 3, 5, 10, 30, 100}'
                                     ::double precision[]) AS moment))) AS point);
END
$$;

-- One agent's entry with a change to it: its percent never falls, a settled agent stays settled, its times are the
-- database's. A new course begins at the agent's own elapsed time, which is its first x.
CREATE FUNCTION apply_agent_progress(agent jsonb, change jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    new_status text = coalesce(change ->> 'status', agent ->> 'status');
    percent integer = greatest((agent ->> 'progress_percent')::integer, (change ->> 'progress_percent')::integer);
BEGIN
    IF change IS NULL OR agent ->> 'status' IN ('completed', 'failed', 'skipped') THEN
        RETURN agent;
    END IF;
    agent = agent || jsonb_build_object('status', new_status, 'message', coalesce(change ->> 'message', agent ->> 'message'));
    IF new_status = 'running' THEN
        IF change ? 'course' OR NOT agent ? 'began' THEN
            agent = agent || jsonb_build_object('course', coalesce(change -> 'course', agent -> 'course'));
            agent = agent || jsonb_build_object(
                'began', extract(epoch FROM at)::double precision - (agent -> 'course' -> 0 ->> 0)::double precision);
        END IF;
        RETURN agent || jsonb_build_object(
            'progress_percent', least(99, percent), 'started_at', coalesce(agent ->> 'started_at', iso8601(at)));
    END IF;
    RETURN agent || jsonb_build_object(
        'progress_percent', CASE new_status WHEN 'completed' THEN 100 ELSE percent END,
        'started_at', coalesce(agent ->> 'started_at', CASE new_status WHEN 'completed' THEN iso8601(at) END),
        'completed_at', CASE WHEN new_status IN ('completed', 'failed') THEN iso8601(at) END);
END
$$;

-- The progress of a job with a change to it, as of `at`; NULL (tracking is off) stays NULL.
--
-- change: {"stage": ..., "agents": {name: {"status", "progress_percent", "message", "course"}}}, all optional.
CREATE FUNCTION apply_progress(progress jsonb, change jsonb, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    new_stage text = coalesce(change ->> 'stage', progress ->> 'stage');
    is_over boolean = new_stage IN ('completed', 'failed', 'cancelled');
    percent double precision = coalesce((progress_at(progress, at))[1], (progress ->> 'progress_percent')::double precision, 0);
    agents jsonb = '[]';
    agent jsonb;
    all_done boolean = true;
    settled integer = 0;
    running text;
BEGIN
    FOR agent IN SELECT entry.value FROM jsonb_array_elements(progress -> 'agents') WITH ORDINALITY AS entry ORDER BY entry.ordinality LOOP
        agent = apply_agent_progress(agent, change -> 'agents' -> (agent ->> 'name'), at);
        IF agent ->> 'name' = 'finalizing' AND all_done AND new_stage IN ('setup', 'running') THEN
            new_stage = 'finalizing';
            agent = apply_agent_progress(agent, '{"status": "running"}', at);
        ELSIF is_over THEN
            agent = apply_agent_progress(agent, jsonb_build_object('status', CASE
                WHEN new_stage = 'completed' THEN 'completed'
                WHEN new_stage = 'failed' AND agent ->> 'status' = 'running' THEN 'failed'
                ELSE 'skipped' END), at) - 'course' - 'began';
        END IF;
        all_done = all_done AND agent ->> 'status' IN ('completed', 'skipped');
        settled = settled + (agent ->> 'status' IN ('completed', 'failed', 'skipped'))::integer;
        agents = agents || jsonb_build_array(agent);
    END LOOP;

    SELECT entry ->> 'name' INTO running
      FROM jsonb_array_elements(agents) AS entry WHERE entry ->> 'status' = 'running'
     ORDER BY (course_at(entry -> 'course', extract(epoch FROM at)::double precision - (entry ->> 'began')::double precision))[2] DESC
     LIMIT 1;

    RETURN progress || jsonb_build_object(
        'stage', new_stage,
        'current_agent', running,
        'progress_percent', CASE WHEN new_stage = 'completed' THEN 100 ELSE least(99, floor(percent)) END,
        'message', CASE new_stage
            WHEN 'queued' THEN 'Waiting to start...'
            WHEN 'setup' THEN 'Reading the portfolio...'
            WHEN 'running' THEN coalesce('Running ' || initcap(running), 'Starting the agents') || '...'
            WHEN 'finalizing' THEN 'Putting the results together...'
            WHEN 'completed' THEN 'Analysis complete'
            WHEN 'failed' THEN 'The analysis failed'
            WHEN 'cancelled' THEN 'The analysis was cancelled'
            WHEN 'retrying' THEN 'Starting another attempt...' END,
        'curve', CASE WHEN NOT is_over AND new_stage <> 'retrying'
            THEN progress_curve(agents, (progress ->> 'started_at')::timestamptz, percent, at) END,
        'updated_at', iso8601(at),
        'current', least(settled + 1, jsonb_array_length(agents)),
        'agents', agents);
END
$$;

-- The progress as a client sees it at a moment: evaluated, without what the evaluation needs.
CREATE FUNCTION progress_view(progress jsonb, status text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    said double precision[] = CASE WHEN status = 'running' THEN progress_at(progress, at) END;
    is_unknown boolean = progress ->> 'basis' = 'unknown' AND status <> 'completed';
BEGIN
    RETURN progress - 'curve' || jsonb_build_object(
        'stage', CASE WHEN status IN ('completed', 'failed', 'cancelled') THEN status ELSE progress ->> 'stage' END,
        'progress_percent', CASE WHEN is_unknown THEN NULL
            WHEN said IS NULL THEN (progress ->> 'progress_percent')::integer
            ELSE least(99, floor(said[1]))::integer END,
        'estimated_completion', CASE WHEN NOT is_unknown THEN iso8601(at + make_interval(secs => said[3])) END,
        'estimated_range', CASE WHEN NOT is_unknown AND said IS NOT NULL THEN jsonb_build_array(
            iso8601(at + make_interval(secs => said[2])), iso8601(at + make_interval(secs => said[4]))) END,
        'agents', (SELECT jsonb_agg(entry.value - 'course' - 'began' ORDER BY entry.ordinality)
                     FROM jsonb_array_elements(progress -> 'agents') WITH ORDINALITY AS entry));
END
$$;
