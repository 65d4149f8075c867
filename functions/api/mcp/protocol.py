"""JSON-RPC messages of the Model Context Protocol, one request per HTTP request, with the official SDK's types."""

from collections.abc import Callable, Mapping
from typing import Any

from mcp_types import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    CallToolRequestParams,
    EmptyResult,
    ErrorData,
    Implementation,
    InitializeRequestParams,
    InitializeResult,
    JSONRPCError,
    JSONRPCRequest,
    JSONRPCResponse,
    ListToolsResult,
    ServerCapabilities,
    ToolsCapability,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION
from pydantic import BaseModel, ValidationError

from functions.api.http.problems import Invalid
from functions.api.mcp.tools import TOOLS, Tools
from functions.api.version import VERSION

INSTRUCTIONS = (
    "Alex analyzes the investment portfolio of the signed-in person. Start with `analyze`, call `status` every few "
    "seconds until the job has ended, then read `result`. An analysis takes about a minute."
)


def respond(message: Mapping[str, Any], tools: Tools) -> str | None:
    """Return the response to a message as JSON, or None for a notification. Raises Invalid if it isn't JSON-RPC 2.0."""
    if message.get("jsonrpc") == "2.0" and isinstance(message.get("method"), str) and "id" not in message:
        return None
    try:
        request = JSONRPCRequest.model_validate(message)
    except ValidationError:
        raise Invalid.of("body", "Send a JSON-RPC 2.0 request.") from None
    method = _METHODS.get(request.method)
    if method is None:
        return _error(request, METHOD_NOT_FOUND, "This method is not supported.")
    try:
        result = method(request.params or {}, tools)
    except ValidationError:
        return _error(request, INVALID_PARAMS, "The parameters are invalid.")
    except UnknownTool:
        return _error(request, INVALID_PARAMS, f"There is no such tool. The tools are {', '.join(TOOLS)}.")
    return _json(
        JSONRPCResponse(jsonrpc="2.0", id=request.id, result=result.model_dump(by_alias=True, exclude_none=True))
    )


class UnknownTool(Exception): ...


def _initialize(params: Mapping[str, Any], _tools: Tools) -> BaseModel:
    wanted = InitializeRequestParams.model_validate(params).protocol_version
    return InitializeResult(
        protocol_version=wanted if wanted in HANDSHAKE_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION,
        capabilities=ServerCapabilities(tools=ToolsCapability()),
        server_info=Implementation(name="alex", title="Alex", version=VERSION),
        instructions=INSTRUCTIONS,
    )


def _call(params: Mapping[str, Any], tools: Tools) -> BaseModel:
    call = CallToolRequestParams.model_validate(params)
    if call.name not in TOOLS:
        raise UnknownTool
    return tools.call(call.name, call.arguments or {})


_METHODS: Mapping[str, Callable[[Mapping[str, Any], Tools], BaseModel]] = {
    "initialize": _initialize,
    "ping": lambda _params, _tools: EmptyResult(),
    "tools/list": lambda _params, _tools: ListToolsResult(tools=[tool.described for tool in TOOLS.values()]),
    "tools/call": _call,
}


def _error(request: JSONRPCRequest, code: int, message: str) -> str:
    return _json(JSONRPCError(jsonrpc="2.0", id=request.id, error=ErrorData(code=code, message=message)))


def _json(message: BaseModel) -> str:
    return message.model_dump_json(by_alias=True, exclude_none=True)
