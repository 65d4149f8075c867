"""The Python runtime of the local functions. It reports errors under their names on AWS.

The emulator's own Python runtime reports every exception as Runtime.HandlerError. The emulator also runs custom
runtimes: a program named `bootstrap` in a function's zip fetches each invocation from the runtime API and posts the
result or the error ("Using the Lambda runtime API for custom runtimes" in the AWS Lambda Developer Guide). Each
function's bootstrap runs this file.

The payload of a function error has the `errorType`, `errorMessage` and `stackTrace` described in "AWS Lambda function
errors in Python" of the same guide. The type is the exception's class name, or for errors that the runtime detects
Runtime.ImportModuleError, Runtime.UserCodeSyntaxError, Runtime.HandlerNotFound or Runtime.MarshalError. The emulator
itself reports a timeout as Sandbox.Timedout and a terminated process as Runtime.ExitError, as Lambda does.

Imports nothing from this repository: a function must run on the contents of its zip.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NoReturn

Handler = Callable[[Any, "Context"], Any]
LOG_FOLDER = "LOCAL_LOG_FOLDER"
"""The variable with the folder for live logs."""


class RuntimeFault(Exception):
    """An error that the runtime itself detects."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


@dataclass(frozen=True)
class Context:
    """The attributes and methods of "Using the Lambda context object to retrieve Python function information"."""

    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_name: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_FUNCTION_NAME"])
    function_version: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_FUNCTION_VERSION"])
    memory_limit_in_mb: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
    log_stream_name: str = field(default_factory=lambda: os.environ["AWS_LAMBDA_LOG_STREAM_NAME"])
    client_context: None = None
    identity: None = None

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline_ms - int(time.time() * 1000))


class LiveLog(io.TextIOBase):
    """Standard output, which also appends each line to a file, with its time in milliseconds and its log stream.

    The emulator publishes the lines of an invocation when it has ended; CloudWatch has them while it runs.
    """

    def __init__(self, stdout: io.TextIOBase, folder: str) -> None:
        self._stdout = stdout
        self._rest = ""
        self._stream = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        path = os.path.join(folder, f"{os.environ['AWS_LAMBDA_FUNCTION_NAME']}.log")
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            os.write(self._file, f"{time.time_ns() // 1_000_000} {self._stream} {line}\n".encode())
        return self._stdout.write(text)

    def flush(self) -> None:
        self._stdout.flush()


class RuntimeApi:
    """Client of the runtime API. Raises OSError or HTTPException if the emulator has ended."""

    def __init__(self, address: str) -> None:
        self._address = address

    def next_invocation(self) -> tuple[HTTPMessage, bytes]:
        """Return headers and event of the next invocation. Blocks until there is one."""
        return self._request("GET", "invocation/next")

    def post(self, path: str, document: bytes) -> None:
        self._request("POST", path, document)

    def _request(self, method: str, path: str, body: bytes | None = None) -> tuple[HTTPMessage, bytes]:
        # A new connection each time: a call takes 15 ms. On a reused connection it takes 65 ms, because the emulator
        # sends head and body separately and Nagle's algorithm holds the body until the delayed acknowledgment of the
        # head.
        connection = HTTPConnection(self._address)
        try:
            connection.request(method, f"/2018-06-01/runtime/{path}", body)
            response = connection.getresponse()
            if response.status >= 300:
                raise ConnectionError(f"the runtime API responded with {response.status} to {method} {path}")
            return response.headers, response.read()
        finally:
            connection.close()


def serve(api: RuntimeApi, handler_name: str) -> NoReturn:
    """Import the handler and run it for one invocation after another."""
    try:
        handler = load(handler_name)
    except BaseException as error:
        _fail_first_invocation(api, error)
        raise SystemExit(1) from error
    while True:
        headers, event = api.next_invocation()
        _serve_one(api, handler, headers, event)


def load(handler_name: str) -> Handler:
    """Import `package.module.function`. Raises RuntimeFault, or whatever the module raises."""
    module_name, _, function_name = handler_name.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise RuntimeFault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise RuntimeFault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise RuntimeFault("Runtime.HandlerNotFound", message) from error
    return handler


def _fail_first_invocation(api: RuntimeApi, error: BaseException) -> None:
    """Post the error of a failed import, except for SystemExit, which the emulator reports once this process ends.

    The emulator reports an error before the first invocation as Runtime.Unknown, so this waits for it.
    """
    headers, _ = api.next_invocation()
    if isinstance(error, Exception):
        api.post("init/error", _report(error, headers["Lambda-Runtime-Aws-Request-Id"]))


def _serve_one(api: RuntimeApi, handler: Handler, headers: HTTPMessage, event: bytes) -> None:
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    context = Context(
        request_id, headers["Lambda-Runtime-Invoked-Function-Arn"], int(headers["Lambda-Runtime-Deadline-Ms"])
    )
    try:
        path, document = "response", _encode(handler(json.loads(event), context))
    except Exception as error:  # every exception becomes a function error
        path, document = "error", _report(error, request_id)
    api.post(f"invocation/{request_id}/{path}", document)


def _encode(result: Any) -> bytes:
    """Encode a result. Raises RuntimeFault if JSON cannot represent it."""
    try:
        return json.dumps(result).encode()
    except (TypeError, ValueError) as error:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _report(error: Exception, request_id: str) -> bytes:
    """Log the error as Lambda does, and return the payload of the function error."""
    if isinstance(error, RuntimeFault):
        error_type, frames = error.error_type, []
    else:
        error_type = type(error).__name__
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    stack_trace = traceback.format_list(frames)
    print(f"[ERROR] {error_type}: {error}\nTraceback (most recent call last):\n{''.join(stack_trace)}", end="")
    return json.dumps(
        {"errorMessage": str(error), "errorType": error_type, "requestId": request_id, "stackTrace": stack_trace}
    ).encode()


def main() -> NoReturn:
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    # On Lambda, every process has its own share of CPU. Here, those with this variable give way to the others.
    os.nice(int(os.environ.get("LOCAL_NICENESS", "0")))
    # Write whole lines to the log, even if the process is killed. Python would buffer the output to a pipe.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
        if folder := os.environ.get(LOG_FOLDER):
            sys.stdout = LiveLog(sys.stdout, folder)
    serve(RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"]), os.environ["_HANDLER"])


if __name__ == "__main__":
    main()
