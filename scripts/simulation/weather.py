"""What is wrong with the services for a while, and how often anything was."""

import json
from collections import Counter
from dataclasses import dataclass, field

from functions.shared.database.transport import NoAnswer, NotSent, Response
from scripts.simulation.network import Answer, function_error, refusal

_RESUMING = Response(400, "DatabaseResumingException", b'{"message": "resuming"}')
_SHUTTING_DOWN = b'{"message": "FATAL: terminating connection due to administrator command; SQLState: 57P01"}'

#: How the Data API can be away. Those that are raised or answered before it ran the statement.
DATABASE_TROUBLE: dict[str, Response | Exception] = {
    "resuming": _RESUMING,
    "throttled": Response(400, "ThrottlingException", b'{"message": "Rate exceeded"}'),
    "unavailable": Response(503, "ServiceUnavailableError", b'{"message": "unavailable"}'),
    "shutting down": Response(400, "DatabaseErrorException", _SHUTTING_DOWN),
    "unreachable": NotSent("unreachable"),
    "silent": NoAnswer("silent"),
}
#: How an agent can misbehave, by what Lambda answers for it.
AGENT_TROUBLE: dict[str, Answer] = {
    "raises": function_error("ValueError", "no"),
    "killed": function_error("Runtime.ExitError", "signal: killed"),
    "timed out": function_error("Sandbox.Timedout", "Task timed out after 180.00 seconds"),
    "throttled": refusal(429, "TooManyRequestsException"),
    "fails to start": refusal(500, "ServiceException"),
    "garbage": (200, {}, b"\xff\x00not JSON"),
    "empty": (200, {}, b""),
    "huge": (200, {}, b'"' + b"x" * 7_000_000 + b'"'),
    "error that can't be read": (200, {"X-Amz-Function-Error": "Unhandled"}, b"<html>"),
    **{
        f"lies about {section}": (200, {}, json.dumps({"section": section, "stored": True, "duration_ms": 1}).encode())
        for section in ("report", "charts", "retirement")
    },
}


@dataclass
class Weather:
    """`fired`: how often each fault happened, by its name."""

    fired: Counter[str] = field(default_factory=Counter)
    _database: str = ""
    _fault: str = ""
    _until: float = 0
    _agents: dict[str, list[str]] = field(default_factory=dict)

    def killed(self, function: str) -> None:
        self.fired[f"{function} killed"] += 1

    def database_is(self, trouble: str, until: float, fault: str | None = None) -> None:
        """From now on, until then. `fault`: under which name each call that meets it is counted."""
        self._database, self._fault, self._until = trouble, fault or f"database {trouble}", until

    def database(self, now: float) -> Response | None:
        """What the Data API answers instead. Raises what a transport raises."""
        if now >= self._until:
            return None
        self.fired[self._fault] += 1
        trouble: Response | Exception = DATABASE_TROUBLE[self._database]
        if isinstance(trouble, Response):
            return trouble
        raise trouble

    def agent_will(self, function: str, trouble: str, times: int = 1) -> None:
        self._agents.setdefault(function, []).extend([trouble] * times)

    def answer_of(self, function: str) -> Answer | None:
        """What the next invocation of a function is answered instead of being carried out."""
        if not (waiting := self._agents.get(function)):
            return None
        trouble = waiting.pop(0)
        self.fired[f"agent {trouble}"] += 1
        return AGENT_TROUBLE[trouble]
