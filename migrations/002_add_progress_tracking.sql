-- Events of a job, and its progress.

ALTER TABLE jobs ADD COLUMN event_seq integer NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN progress_data jsonb;
ALTER TABLE jobs ADD CONSTRAINT jobs_progress_vocabulary CHECK (progress_data IS NULL OR (
    progress_data ->> 'stage' IN ('queued', 'setup', 'running', 'finalizing', 'completed', 'failed', 'cancelled', 'retrying')
    AND (progress_data ->> 'progress_percent')::integer BETWEEN 0 AND 100
    AND ((progress_data ->> 'progress_percent')::integer < 100 OR status = 'completed')));
-- Progress is read with its job and written far more often than the other columns. Storing it compressed in the job's
-- row avoids a second table with a growing index: with 100,000 jobs, a list reads 87 pages instead of 346.
ALTER TABLE jobs ALTER COLUMN progress_data SET STORAGE MAIN;

CREATE TABLE job_events (
    job_id           uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    seq              integer NOT NULL CHECK (seq > 0),
    at               timestamptz NOT NULL DEFAULT clock_timestamp(), -- set after locking, so in the order of seq
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

-- The functions below are plpgsql, because PostgreSQL replans SQL functions in every statement that calls them.
-- `remaining_s`, which every read evaluates, uses a loop, which takes an eighth of a query's time.

-- Seconds that a job still needs at `at`, with probability `level`: setup, then the slowest branch, then finalizing. A
-- log-logistic duration that has lasted for e has e ((1 + level (alpha / e)^beta) / (1 - level))^(1 / beta) - e left.
CREATE FUNCTION remaining_s(agents jsonb, at timestamptz, level float8) RETURNS float8 LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    agent jsonb;
    alpha float8;
    beta float8;
    lasted_s float8;
    left_s float8;
    around_s float8 = 0;
    slowest_s float8 = 0;
BEGIN
    FOR place IN 0 .. jsonb_array_length(agents) - 1 LOOP
        agent = agents -> place;
        CONTINUE WHEN agent ->> 'status' NOT IN ('waiting', 'running');
        alpha = agent -> 'facts' ->> 'alpha';
        beta = agent -> 'facts' ->> 'beta';
        lasted_s = greatest(1e-5 * alpha, CASE agent ->> 'status' WHEN 'running' THEN extract(epoch FROM at - (agent ->> 'started_at')::timestamptz) END);
        left_s = lasted_s * exp(ln((1 + level * exp(greatest(-500, beta * ln(alpha / lasted_s)))) / (1 - level)) / beta) - lasted_s;
        IF agent ->> 'name' IN ('setup', 'finalizing') THEN
            around_s = around_s + left_s;
        ELSE
            slowest_s = greatest(slowest_s, left_s);
        END IF;
    END LOOP;
    RETURN greatest(0.05, around_s + slowest_s);
END $$;

-- The stored progress at a given time: [percent, low, middle, high], percent below 100, the others in seconds from
-- then; NULL while nothing runs. The ratio of the time since the anchor to the remaining time only increases, and so
-- does the percent (functions/shared/progress/README.md). A percent behind its curve catches up within seconds; `most`
-- is the limit set by the agents' reports. A statement that waited for a lock may be older than the anchor; it reads
-- the progress at the anchor's time.
CREATE FUNCTION progress_at(progress jsonb, at timestamptz) RETURNS float8[] LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    anchor jsonb = progress -> 'anchor';
    percent float8 = anchor ->> 'percent';
    moment timestamptz = greatest(at, (anchor ->> 'since')::timestamptz);
    middle_s float8 = remaining_s(progress -> 'agents', moment, 0.5);
    passed_s float8 = greatest(0, extract(epoch FROM moment - (anchor ->> 'at')::timestamptz));
    caught_up_s float8 = least(50, extract(epoch FROM moment - (anchor ->> 'since')::timestamptz));
BEGIN
    RETURN CASE WHEN percent IS NOT NULL THEN ARRAY[
        least((anchor ->> 'most')::float8,
              percent + (100 - percent) * passed_s / (passed_s + middle_s) - (anchor ->> 'behind')::float8 * exp(-caught_up_s)),
        remaining_s(progress -> 'agents', moment, (progress -> 'levels' ->> 0)::float8), middle_s,
        remaining_s(progress -> 'agents', moment, (progress -> 'levels' ->> 1)::float8)] END;
END $$;

-- The anchor of the curve from `now` on, starting at `percent`. Its time counts from the start of the most recently
-- started running step, so that it never exceeds any running step's elapsed time. A percent ahead of the curve raises
-- it; one behind it catches up.
CREATE FUNCTION progress_anchor(agents jsonb, anchor jsonb, percent float8, now timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (
    SELECT jsonb_build_object('percent', base, 'at', at, 'behind', base + (100 - base) * share - percent, 'since', now, 'most', most + greatest(0, percent - most))
      FROM (SELECT coalesce(greatest((anchor ->> 'at')::timestamptz, max(started_at)), now) AS at,
                   (array_agg(first ORDER BY started_at DESC))[1] AS first, min(first + (100 - first) * reach) AS most
              FROM jsonb_array_elements(agents) AS entry
             CROSS JOIN jsonb_to_record(entry || (entry -> 'facts')) AS agent (started_at timestamptz, first float8, reach float8)
             WHERE entry ->> 'status' = 'running') AS running
     CROSS JOIN LATERAL (SELECT greatest(0, extract(epoch FROM now - at)::float8) AS passed_s) AS passed
     CROSS JOIN LATERAL (SELECT passed_s / (passed_s + remaining_s(agents, now, 0.5)) AS share) AS curve
     CROSS JOIN LATERAL (SELECT greatest(first, (percent - 100 * share) / (1 - share)) AS base) AS raised);
END $$;

-- The agents, each with its expected duration (alpha, beta) at time `at`. The logarithms of a job's durations have the
-- correlation `together`: completed steps, and running steps later than those suggest, shift and narrow the others'
-- distributions (conditional normal distribution; no step counts for more than 3 deviations). An agent's own reports
-- are weighted by their precision.
CREATE FUNCTION informed_agents(agents jsonb, together float8, at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE STRICT AS $$ BEGIN RETURN (
    WITH step AS (
        SELECT place, entry, agent.*, greatest(-3, least(3, usual_beta * sqrt(3) / pi() * ln(greatest(
                   0.001, extract(epoch FROM coalesce(completed_at, at) - started_at)::float8) / usual_alpha))) AS deviate
          FROM jsonb_array_elements(agents) WITH ORDINALITY AS list (entry, place)
         CROSS JOIN jsonb_to_record(entry || (entry -> 'facts')) AS agent (status text, started_at timestamptz, completed_at timestamptz,
               usual_alpha float8, usual_beta float8, own_alpha float8, own_beta float8)
    ), seen AS (
        SELECT place, deviate FROM step WHERE status = 'completed' OR status = 'running' AND deviate > (
               SELECT coalesce(together * sum(deviate) / (1 + together * (count(deviate) - 1)), 0) FROM step WHERE status = 'completed')
    )
    SELECT jsonb_agg(jsonb_set(entry, '{facts}', (entry -> 'facts') || jsonb_build_object('beta', least(40, sqrt(precise)), 'alpha', usual_alpha
               * exp((total * gain / narrowed * usual_beta * pi() / sqrt(3) + own_beta ^ 2 * ln(own_alpha / usual_alpha)) / precise))) ORDER BY place)
      FROM step
     CROSS JOIN LATERAL (SELECT count(deviate) AS n, coalesce(sum(deviate), 0) AS total FROM seen WHERE seen.place <> step.place) AS siblings
     CROSS JOIN LATERAL (SELECT together / (1 + together * (n - 1)) AS gain) AS of_siblings
     CROSS JOIN LATERAL (SELECT 1 - n * together * gain AS narrowed) AS variance
     CROSS JOIN LATERAL (SELECT own_beta ^ 2 + usual_beta ^ 2 * (1 / narrowed - 1) AS precise) AS precision_of_both);
END $$;

-- One agent's entry with a change applied, in a job at `percent`. A settled agent stays settled. Its percent is that of
-- its last report, and starts over if the agent does. Its times come from the database.
CREATE FUNCTION apply_agent_progress(agent jsonb, change jsonb, percent float8, at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (
    SELECT CASE WHEN change IS NULL OR agent ->> 'status' IN ('completed', 'failed', 'skipped') THEN agent
           ELSE agent || jsonb_build_object('status', status, 'message', coalesce(change ->> 'message', agent ->> 'message'),
               'progress_percent', CASE status WHEN 'completed' THEN 100
                   ELSE least(99, coalesce((change ->> 'progress_percent')::integer, (agent ->> 'progress_percent')::integer)) END,
               'started_at', coalesce(agent ->> 'started_at', CASE WHEN status IN ('running', 'completed')
                   THEN iso8601(at - coalesce((change ->> 'elapsed_s')::float8, 0) * interval '1 second') END),
               'completed_at', CASE WHEN status IN ('completed', 'failed') THEN iso8601(at) END,
               'facts', CASE status WHEN 'running' THEN jsonb_build_object('first', percent) ELSE '{}' END
                   || coalesce(agent -> 'facts', '{}') || coalesce(change -> 'facts', '{}')) END
      FROM (SELECT coalesce(change ->> 'status', agent ->> 'status') AS status) AS new);
END $$;

-- The progress of a job with a change applied, at time `at`; NULL (tracking is off) stays NULL.
-- change: {"stage": ..., "agents": {name: {"status", "progress_percent", "message", "elapsed_s", "facts"}}}, all
-- optional.
CREATE FUNCTION apply_progress(progress jsonb, change jsonb, at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    stage text = coalesce(change ->> 'stage', progress ->> 'stage');
    is_over boolean = stage IN ('completed', 'failed', 'cancelled');
    percent float8 = coalesce((progress_at(progress, at))[1], (progress ->> 'progress_percent')::float8, 0);
    agents jsonb;
    running text;
BEGIN
    SELECT jsonb_agg(apply_agent_progress(entry, change -> 'agents' -> (entry ->> 'name'), percent, at) ORDER BY place) INTO agents
      FROM jsonb_array_elements(progress -> 'agents') WITH ORDINALITY AS list (entry, place);
    stage = CASE WHEN stage IN ('setup', 'running') AND NOT agents @? '$[*] ? (@.name != "finalizing" && @.status != "completed" && @.status != "skipped")'
        THEN 'finalizing' ELSE stage END;
    SELECT informed_agents(jsonb_agg(apply_agent_progress(entry, jsonb_build_object('status', CASE
               WHEN stage = 'finalizing' AND entry ->> 'name' = 'finalizing' THEN 'running'
               WHEN stage = 'completed' THEN 'completed'
               WHEN stage = 'failed' AND entry ->> 'status' = 'running' THEN 'failed'
               WHEN is_over THEN 'skipped' ELSE entry ->> 'status' END), percent, at) ORDER BY place), coalesce((progress ->> 'together')::float8, 0), at) INTO agents
      FROM jsonb_array_elements(agents) WITH ORDINALITY AS list (entry, place);
    SELECT entry ->> 'name' INTO running FROM jsonb_array_elements(agents) AS entry
     WHERE entry ->> 'status' = 'running' ORDER BY remaining_s(jsonb_build_array(entry), at, 0.5) DESC LIMIT 1;
    RETURN progress || jsonb_build_object('stage', stage, 'current_agent', running, 'agents', agents, 'updated_at', iso8601(at),
        'progress_percent', CASE stage WHEN 'completed' THEN 100 ELSE least(99, floor(percent + 1e-9)) END, -- 1e-9: for rounding errors
        'message', CASE stage
            WHEN 'setup' THEN 'Reading the portfolio...' WHEN 'running' THEN coalesce('Running ' || initcap(running), 'Starting the agents') || '...'
            WHEN 'finalizing' THEN 'Putting the results together...' WHEN 'retrying' THEN 'Starting another attempt...'
            WHEN 'completed' THEN 'Analysis complete' WHEN 'failed' THEN 'The analysis failed' WHEN 'cancelled' THEN 'The analysis was cancelled' END,
        'anchor', CASE WHEN NOT is_over AND stage <> 'retrying' THEN progress_anchor(agents, progress -> 'anchor', percent, at) END,
        'current', least(jsonb_array_length(agents), 1 + jsonb_array_length(jsonb_path_query_array(agents,
            '$[*] ? (@.status == "completed" || @.status == "failed" || @.status == "skipped")'))));
END $$;

-- A sentence if a step takes longer than nine in ten of its runs, alpha 9^(1 / beta); otherwise NULL.
CREATE FUNCTION slow_reason(agent jsonb, at timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (
    SELECT 'Slower than usual' || coalesce(': ' || cause, '') || '.'
      FROM jsonb_to_record(agent || (agent -> 'facts')) AS step (status text, started_at timestamptz, completed_at timestamptz, usual_alpha float8, usual_beta float8, cause text)
     WHERE status IN ('running', 'completed') AND extract(epoch FROM coalesce(completed_at, at) - started_at) > usual_alpha * 9 ^ (1 / usual_beta));
END $$;

-- The progress for clients at a given time: evaluated, without the facts used for the evaluation.
CREATE FUNCTION progress_view(progress jsonb, status text, at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (
    SELECT progress - '{anchor,together,levels}'::text[] || jsonb_build_object(
               'stage', CASE WHEN status IN ('completed', 'failed', 'cancelled') THEN status ELSE progress ->> 'stage' END,
               'progress_percent', coalesce(floor(seen[1] + 1e-9)::integer, (progress ->> 'progress_percent')::integer),
               'percent_in_4s', trunc(later[1]::numeric, 2), 'estimated_completion', iso8601(at + make_interval(secs => seen[3])),
               'estimated_range', CASE WHEN seen IS NOT NULL THEN jsonb_build_array(iso8601(at + make_interval(secs => seen[2])), iso8601(at + make_interval(secs => seen[4]))) END,
               'agents', (SELECT jsonb_agg(entry - 'facts' || jsonb_build_object('slow_reason', slow_reason(entry, at)) ORDER BY place) FROM jsonb_array_elements(progress -> 'agents') WITH ORDINALITY AS list (entry, place)))
      FROM (SELECT CASE WHEN status = 'running' THEN progress_at(progress, at) END AS seen,
                   CASE WHEN status = 'running' THEN progress_at(progress, at + interval '4 seconds') END AS later) AS evaluated);
END $$;
