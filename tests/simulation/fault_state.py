"""The current faults of the services, and how often each has happened."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from functions.shared.agent_declaration import JobType
from functions.shared.database.transport import NoAnswer, NotSent, Response
from functions.shared.plans import sections
from tests.simulation.lambdas import KILLED, THROTTLED
from tests.simulation.responses import ServiceResponse, function_error, refusal


def _refused(error_type: str, message: str = "refused", status: int = 400) -> Response:
    return Response(status, error_type, json.dumps({"message": message}).encode())


def _sqlstate(state: str) -> Response:
    return _refused("DatabaseErrorException", f"ERROR: refused; SQLState: {state}")


@dataclass(frozen=True)
class Trouble:
    """How the Data API fails: after `takes_s` of the caller's time, with a response or by an exception.

    `has_run`: whether it runs the statement nevertheless.
    """

    outcome: Response | Exception
    takes_s: float = 0
    has_run: bool = False


#: "Data API for Aurora, troubleshooting" (Aurora User Guide), botocore's model of the service, and "PostgreSQL Error
#: Codes" (appendix A of its documentation).
DATABASE_TROUBLE: dict[str, Trouble] = {
    "resuming": Trouble(_refused("DatabaseResumingException")),
    "throttled": Trouble(_refused("ThrottlingException")),
    "refusing": Trouble(_refused("AccessDeniedException", status=403)),
    "unavailable": Trouble(_refused("ServiceUnavailableError", status=503)),
    "broken": Trouble(_refused("InternalServerErrorException", status=500)),
    "unreachable": Trouble(NotSent("unreachable"), takes_s=3),
    "silent": Trouble(NoAnswer("silent"), takes_s=60),
    "losing responses": Trouble(NoAnswer("hung up"), has_run=True),
    "timing out": Trouble(_refused("StatementTimeoutException"), takes_s=45),
    "shutting down": Trouble(_sqlstate("57P01")),
    "canceling": Trouble(_sqlstate("57014")),
    "out of disk": Trouble(_sqlstate("53100")),
    "out of memory": Trouble(_sqlstate("53200")),
    "out of connections": Trouble(_sqlstate("53300")),
    "locked": Trouble(_sqlstate("55P03")),
    "deadlocked": Trouble(_sqlstate("40P01")),
    "starting": Trouble(_sqlstate("57P03")),
}
#: Lambda's responses to a failing agent.
AGENT_TROUBLE: dict[str, ServiceResponse] = {
    "raises": function_error("ValueError", "no"),
    "killed": KILLED,
    "timed out": function_error("Sandbox.Timedout", "Task timed out after 180.00 seconds"),
    "without a database": function_error("DatabaseUnavailable", "away"),
    "throttled": THROTTLED,
    "fails to start": refusal(500, "ServiceException"),
    "garbage": ServiceResponse(200, {}, b"\xff\x00not JSON"),
    "empty": ServiceResponse(200, {}, b""),
    "huge": ServiceResponse(200, {}, b'"' + b"x" * 7_000_000 + b'"'),
    "unreadable error": ServiceResponse(200, {"X-Amz-Function-Error": "Unhandled"}, b"<html>"),
    **{
        f"lies about {section}": ServiceResponse(
            200, {}, json.dumps({"section": section, "stored": True, "duration_ms": 1}).encode()
        )
        for section in sections(JobType.PORTFOLIO)
    },
}


@dataclass
class FaultState:
    """`fired`: how often each fault happened, by name."""

    now: Callable[[], float]
    fired: Counter[str] = field(default_factory=Counter)
    _database: tuple[str, str, str, float] = ("", "", "", 0)
    _queues_until: float = 0
    _throttled: dict[str, float] = field(default_factory=dict)
    _agents: dict[str, list[str]] = field(default_factory=dict)

    def database_is(self, trouble: str, seconds: float, fault: str | None = None, only: str = "") -> None:
        """Set the database's fault. `fault`: the name under which affected calls are counted. `only`: a part of the
        SQL.
        """
        self._database = trouble, fault or f"database {trouble}", only, self.now() + seconds

    def database(self, body: bytes) -> Trouble | None:
        """The trouble that this request meets."""
        trouble, fault, only, until = self._database
        if self.now() >= until or only.encode() not in body:
            return None
        self.fired[fault] += 1
        return DATABASE_TROUBLE[trouble]

    def queues_are_away(self, seconds: float) -> None:
        """SQS responds to no function, but still delivers messages."""
        self._queues_until = self.now() + seconds

    def queues(self) -> bool:
        is_away = self.now() < self._queues_until
        if is_away:
            self.fired["queues away"] += 1
        return is_away

    def throttle(self, function: str, seconds: float) -> None:
        self._throttled[function] = self.now() + seconds

    def is_throttled(self, function: str) -> bool:
        is_throttled = self.now() < self._throttled.get(function, 0)
        if is_throttled:
            self.fired[f"{function} throttled"] += 1
        return is_throttled

    def agent_will(self, function: str, trouble: str, times: int = 1) -> None:
        self._agents.setdefault(function, []).extend([trouble] * times)

    def response_of(self, function: str) -> ServiceResponse | None:
        """The response of the next invocation of a function, which then does not run."""
        if not (waiting := self._agents.get(function)):
            return None
        trouble = waiting.pop(0)
        self.fired[f"agent {trouble}"] += 1
        return AGENT_TROUBLE[trouble]
