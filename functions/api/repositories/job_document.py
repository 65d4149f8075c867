"""A job as one JSON document; the list, the single job, and a cancellation return the same format."""

#: The columns of `jobs` that `COLUMNS` reads.
STORED = ", ".join(
    f"jobs.{column}"
    for column in (
        *("id", "name", "job_type", "sections", "status", "attempt", "error_message", "is_tracked", "progress_data"),
        *("created_at", "queued_at", "started_at", "completed_at", "updated_at", "version", "event_seq"),
    )
)

#: The columns that `JOB` needs. Progress is evaluated as of now; an ended job's stage is its status. The position in
#: the queue (migrations/006) depends on `:planners`, the number of jobs that run concurrently.
COLUMNS = """id, name, job_type, sections, status, attempt, error_message, created_at, queued_at, started_at,
    completed_at, updated_at, version, event_seq, is_tracked, progress_view(progress_data, status, now()) AS progress,
    CASE WHEN status = 'pending' THEN queue_position(queued_at, :planners::integer) END AS queue"""

#: Takes a row named `job` with these columns.
JOB = """
    jsonb_build_object(
        'id', job.id, 'name', job.name, 'job_type', job.job_type, 'sections', to_jsonb(job.sections),
        'status', job.status, 'attempt', job.attempt, 'error_message', job.error_message,
        'is_tracked', job.is_tracked, 'progress_data', job.progress, 'queue', job.queue,
        'created_at', iso8601(job.created_at), 'queued_at', iso8601(job.queued_at),
        'started_at', iso8601(job.started_at), 'completed_at', iso8601(job.completed_at),
        'updated_at', iso8601(job.updated_at), 'version', job.version)"""
