"""Response models of jobs for the OpenAPI document: their progress, results, events, and statistics."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from functions.api.schemas.request_models import JobStatus
from functions.api.schemas.response_models import Document
from functions.shared.agent_declaration import JobType
from functions.shared.plans import AGENTS
from functions.shared.section_names import Section
from functions.shared.sections import Summary


class Started(Document):
    job_id: UUID
    message: str


class AgentProgress(BaseModel):
    """The progress of one agent."""

    name: str
    status: Literal["waiting", "running", "completed", "failed", "skipped"]
    progress_percent: int
    message: str
    started_at: datetime | None
    completed_at: datetime | None
    expected_seconds: float
    slow_reason: str | None = Field(
        description="A sentence if the step takes longer than nine in ten of its earlier runs; otherwise null."
    )


class Progress(BaseModel):
    """The progress of a job, if the planner tracks it."""

    stage: Literal["queued", "setup", "running", "finalizing", "completed", "failed", "cancelled", "retrying"]
    current_agent: str | None
    progress_percent: int | None
    percent_in_4s: float | None = Field(
        description="The percent 4 s after the response if there is no news until then; null unless the job runs."
    )
    message: str
    estimated_completion: datetime | None
    estimated_range: tuple[datetime, datetime] | None
    basis: Literal["measured", "estimated"]
    started_at: datetime
    updated_at: datetime
    current: int
    total: int
    attempt: int
    agents: list[AgentProgress]


class QueuePlace(BaseModel):
    """The position of a pending job in the queue."""

    ahead: int = Field(description="The estimated number of jobs that start before this one, at most 1,000.")
    estimated_start: datetime | None = Field(description="Null while no job has completed.")


class Job(Document):
    id: UUID
    name: str | None = Field(description="Chosen by the user.")
    job_type: JobType
    sections: list[Section]
    status: JobStatus
    attempt: int
    error_message: str | None
    is_tracked: bool | None = Field(description="Whether progress is reported; null until the job has started.")
    progress_data: Progress | None
    queue: QueuePlace | None
    created_at: datetime
    queued_at: datetime = Field(description="When the job was submitted, or its latest retry was requested.")
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime
    version: int


class ListedJob(Job):
    is_sample: bool = Field(description="Whether it analyzes the sample portfolio instead of the user's accounts.")
    total_value: float | None = Field(description="In US dollars; null unless the job has completed.")
    success_rate: float | None = Field(
        description="The share of simulations in which the money lasts, in percent; null if there is no such result."
    )


class Jobs(Document):
    jobs: list[ListedJob]
    next_cursor: str | None


class EventKind(StrEnum):
    """`progress`: an agent started, reported, or failed. `released`: a transient error interrupted the attempt."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    PROGRESS = "progress"
    SECTION_COMMITTED = "section_committed"
    RELEASED = "released"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRIED = "retried"


class Event(Document):
    seq: int = Field(description="Consecutive within a job, without gaps.")
    at: datetime
    kind: EventKind
    agent: str | None
    progress_percent: int | None
    message: str


class StreamedEvent(Document):
    """The `data` of an event in a job's stream. A heartbeat has no number and describes the progress as of now."""

    seq: int | None
    at: datetime | None
    kind: EventKind | Literal["heartbeat"]
    agent: str | None
    progress_percent: int | None
    message: str
    job: Job | None = Field(description="The job as of now, in the last event of a response.")


class Events(Document):
    events: list[Event] = Field(description="In order. Events of jobs that ended long ago have been deleted.")
    next_after: int | None = Field(
        description="The `after` parameter of the next page, or of the next poll while the job is pending or "
        "running; null if the job has ended and there are no more events."
    )


class AgentStats(Document):
    agent: str
    runs: int = Field(description="The number of results that the durations are based on.")
    median_seconds: float | None = Field(description="Null if there are no runs.")
    p90_seconds: float | None = Field(description="Nine in ten runs took at most this long. Null if there are no runs.")
    jobs: int = Field(description="Completed and failed jobs that include this agent.")
    failure_rate: float | None = Field(
        description="The share of these jobs, 0 to 1, in which the agent produced no result."
    )


class Stats(Document):
    """Statistics of the caller's newest jobs, at most 500. Sample results (`mock`) don't count."""

    agents: list[AgentStats]


class JobAndRequest(Job):
    """Each payload is null until its agent has finished."""

    request_payload: dict[str, Any]
    summary_payload: Summary | None


_PAYLOADS: dict[str, Any] = {f"{agent.section}_payload": (agent.payload | None, ...) for agent in AGENTS}
JobWithResults = create_model("JobWithResults", __base__=JobAndRequest, __doc__=JobAndRequest.__doc__, **_PAYLOADS)

#: Every schema that a route references, by name.
SCHEMAS: tuple[type[BaseModel], ...] = (Started, Job, Jobs, JobWithResults, Events, StreamedEvent, Stats)
