"""A proxy that restores what the emulator omits from its responses, so that Terraform finds what it created.

Each entry of MENDED is a gap in the emulator. Without them, every apply would change the database, which takes 30 s.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import urllib3

from scripts.local.emulator import Emulator
from scripts.local.http_server import LocalServer, SilentHandler
from scripts.local.lifecycle import Startable

SERVICES = ("RDS", "EC2")

#: By action: text in the response, its replacement, and the request parameter that fills it in.
MENDED = {
    "DescribeDBClusters": [
        (
            "</ServerlessV2ScalingConfiguration>",
            "<SecondsUntilAutoPause>{}</SecondsUntilAutoPause></ServerlessV2ScalingConfiguration>",
            "ServerlessV2ScalingConfiguration.SecondsUntilAutoPause",
        ),
        (
            "<AssociatedRoles/>",
            "<AssociatedRoles/><EnabledCloudwatchLogsExports><member>{}</member></EnabledCloudwatchLogsExports>",
            "EnableCloudwatchLogsExports.member.1",
        ),
    ],
    "DescribeFlowLogs": [
        (
            "<flowLogStatus>",
            "<deliverLogsPermissionArn>{}</deliverLogsPermissionArn><flowLogStatus>",
            "DeliverLogsPermissionArn",
        ),
        (
            "<flowLogStatus>",
            "<maxAggregationInterval>{}</maxAggregationInterval><flowLogStatus>",
            "MaxAggregationInterval",
        ),
    ],
}


class MendedEmulator(Startable):
    """Listens at `url`. Supports services with form-encoded requests and one resource of each kind."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._told: dict[str, str] = {}
        self._pool = urllib3.PoolManager(retries=False, maxsize=20)
        self._server = LocalServer(_Handler, self)
        self.url = self._server.url

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def environment(self) -> dict[str, str]:
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in SERVICES}

    def exchange(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Forward a request with its signed headers and return the completed response."""
        request = dict(parse_qsl(body.decode()))
        self._told |= request
        response = self._pool.request("POST", self._emulator.url + "/", headers=headers, body=body)
        content = response.data.decode()
        for gap, filling, parameter in MENDED.get(request.get("Action", ""), []):
            if parameter in self._told:
                content = content.replace(gap, filling.format(self._told[parameter]))
        return response.status, content.encode()


class _Handler(SilentHandler[MendedEmulator]):
    def do_POST(self) -> None:
        status, content = self.owner.exchange(dict(self.headers), self.read_body())
        self.write_response(status, {"Content-Type": "text/xml"}, content)
