"""A job as one JSON document, the same in the list, by itself and after a cancellation."""

#: The columns that `JOB` needs of `jobs`. Progress is evaluated as of now; an ended job's stage is its status. The
#: place in the queue depends on `:planners`, how many jobs run at a time.
COLUMNS = """*, progress_view(progress_data, status, now()) AS progress,
    CASE WHEN status = 'pending' THEN queue_place(queued_at, :planners::integer) END AS queue"""

#: Of a row called `job` with these columns.
JOB = """
    jsonb_build_object(
        'id', job.id, 'job_type', job.job_type, 'sections', to_jsonb(job.sections), 'status', job.status,
        'attempt', job.attempt, 'error_message', job.error_message, 'progress_data', job.progress, 'queue', job.queue,
        'created_at', iso8601(job.created_at), 'started_at', iso8601(job.started_at),
        'completed_at', iso8601(job.completed_at), 'updated_at', iso8601(job.updated_at), 'version', job.version)"""
