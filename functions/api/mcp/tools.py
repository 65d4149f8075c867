"""The tools that agents can call. A tool that fails returns the sentence that a problem document would contain."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from mcp_types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import Field, ValidationError

from functions.api.dependencies import Dependencies
from functions.api.http.problems import Conflict, Invalid, problem_of
from functions.api.http.routing import parse_id
from functions.api.schemas.request_models import AnalysisRequest, Body
from functions.shared.agent_declaration import JobType
from functions.shared.plans import AGENTS

_MARKDOWN = ("content", "analysis")
"""The fields of a section's payload that hold its text."""


class AnalyzeArguments(Body):
    analysis_type: JobType = JobType.PORTFOLIO
    portfolio: Annotated[
        Literal["sample"] | None, Field(description="Analyze the sample portfolio instead of the person's accounts.")
    ] = None
    idempotency_key: Annotated[
        str | None,
        Field(pattern=r"^[\x20-\x7e]{1,255}$", description="Repeating a call with the same key returns the same job."),
    ] = None


class JobArguments(Body):
    job_id: str


class AgentTool(NamedTuple):
    """`run` returns the content. A document is sent both as JSON text and as structured content."""

    described: Tool
    arguments: type[Body]
    run: "Callable[[Tools, Any], dict[str, Any] | list[str]]"


class Tools:
    """The tools for one signed-in user."""

    def __init__(self, dependencies: Dependencies, user_id: str) -> None:
        self._dependencies = dependencies
        self._user_id = user_id

    def call(self, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
        """Run a tool. Errors become results, so that the agent can read and correct them. Raises KeyError."""
        tool = TOOLS[name]
        try:
            returned = tool.run(self, tool.arguments.model_validate(arguments))
        except ValidationError as error:
            return _failed(Invalid.from_validation(error.errors()))
        except Exception as error:  # logged, unless the caller caused it
            return _failed(problem_of(error))
        if isinstance(returned, list):
            return CallToolResult(content=[TextContent(type="text", text=text) for text in returned])
        text = TextContent(type="text", text=json.dumps(returned))
        return CallToolResult(content=[text], structured_content=returned)

    def analyze(self, arguments: AnalyzeArguments) -> dict[str, Any]:
        options = {"portfolio": arguments.portfolio} if arguments.portfolio else {}
        request = AnalysisRequest(analysis_type=arguments.analysis_type, options=options)
        job_id = self._dependencies.analyses.start(self._user_id, request, arguments.idempotency_key)
        return {"job_id": str(job_id), "message": "The analysis has started."}

    def status(self, arguments: JobArguments) -> dict[str, Any]:
        """Return the job without its results."""
        news = self._dependencies.job_events.news(self._user_id, parse_id(arguments.job_id), None)
        job: dict[str, Any] = json.loads(news.job or "{}")
        return job

    def result(self, arguments: JobArguments) -> list[str]:
        """Return the text of each finished section, or its data as JSON if it has no text."""
        job = json.loads(self._dependencies.jobs.read(self._user_id, parse_id(arguments.job_id), ()).document or "{}")
        payloads = [payload for agent in AGENTS if (payload := job.get(f"{agent.section}_payload"))]
        if not payloads:
            raise Conflict(f"There are no results. The analysis is {job['status']}.")
        return [next((p[field] for field in _MARKDOWN if field in p), None) or json.dumps(p) for p in payloads]

    def cancel(self, arguments: JobArguments) -> dict[str, Any]:
        job: dict[str, Any] = json.loads(self._dependencies.jobs.cancel(self._user_id, parse_id(arguments.job_id)))
        return job


def _failed(problem: Exception) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=str(problem))], is_error=True)


def _tool(
    name: str, description: str, arguments: type[Body], run: Callable[[Tools, Any], Any], **hints: bool
) -> AgentTool:
    annotations = ToolAnnotations(open_world_hint=False, **hints)
    schema = arguments.model_json_schema()
    return AgentTool(
        Tool(name=name, description=description, input_schema=schema, annotations=annotations), arguments, run
    )


TOOLS: Mapping[str, AgentTool] = {
    tool.described.name: tool
    for tool in (
        _tool(
            "analyze",
            "Start an analysis of the person's portfolio (or of the sample) and return its job_id.",
            AnalyzeArguments,
            Tools.analyze,
            read_only_hint=False,
            destructive_hint=False,
        ),
        _tool(
            "status",
            "Get a job: its status, and in progress_data its percentage, expected end, and each agent's state. "
            "progress_data is null if progress is not tracked.",
            JobArguments,
            Tools.status,
            read_only_hint=True,
        ),
        _tool(
            "result",
            "Get the finished sections of a job: report and retirement outlook as Markdown, charts as JSON.",
            JobArguments,
            Tools.result,
            read_only_hint=True,
        ),
        _tool(
            "cancel",
            "Cancel a pending or running job. Finished sections are kept.",
            JobArguments,
            Tools.cancel,
            read_only_hint=False,
            idempotent_hint=True,
        ),
    )
}
