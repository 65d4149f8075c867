"""A job as one JSON document, the same in the list, in its own answer and after a cancellation."""

#: The columns that `JOB` needs of `jobs`. Progress is evaluated as of now; an ended job's stage is its status.
COLUMNS = "*, progress_view(progress_data, status, now()) AS progress"

#: Of a row called `job` with these columns.
JOB = """
    jsonb_build_object(
        'id', job.id, 'job_type', job.job_type, 'sections', to_jsonb(job.sections), 'status', job.status,
        'attempt', job.attempt, 'error_message', job.error_message, 'progress_data', job.progress,
        'created_at', iso8601(job.created_at), 'started_at', iso8601(job.started_at),
        'completed_at', iso8601(job.completed_at), 'updated_at', iso8601(job.updated_at), 'version', job.version)"""
