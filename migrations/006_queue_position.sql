-- A job's position in the queue: the number of pending jobs enqueued before it, and its estimated start.
--
-- `ahead` is counted up to 1,000, so that the cost of a poll doesn't depend on the number of jobs. `planners` jobs run
-- concurrently, each for about the median of the last 20 completed jobs. The start is NULL until a job has completed, and
-- never before now: estimated_start = now + median * (ahead + running + 1 - planners) / planners
CREATE INDEX jobs_pending ON jobs (queued_at) WHERE status = 'pending';
CREATE INDEX jobs_running ON jobs (started_at) WHERE status = 'running';
CREATE INDEX jobs_completed ON jobs (completed_at) WHERE status = 'completed';

CREATE FUNCTION queue_position(enqueued_at timestamptz, planners integer) RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('ahead', ahead, 'estimated_start', iso8601(
               now() + median_s * greatest(ahead + running + 1 - planners, 0) / planners * interval '1 second'))
      FROM (SELECT count(*) AS ahead
              FROM (SELECT FROM jobs WHERE status = 'pending' AND queued_at < enqueued_at LIMIT 1000) AS earlier) AS waiting,
           (SELECT count(*) AS running FROM (SELECT FROM jobs WHERE status = 'running' LIMIT planners) AS busy) AS working,
           (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - started_at)) AS median_s
              FROM (SELECT started_at, completed_at FROM jobs
                     WHERE status = 'completed' ORDER BY completed_at DESC LIMIT 20) AS newest) AS usual
$$;
