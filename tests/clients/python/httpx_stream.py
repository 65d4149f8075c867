# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx==0.28.1", "httpx-sse==0.4.3"]
#
# [tool.uv]
# exclude-newer = "2026-11-28T00:00:00Z"
# ///
"""httpx-sse follows a job to its end, one response after another."""

import json
import os
import sys
import time

import httpx
from httpx_sse import connect_sse

events, headers, retry_ms = [], {"Authorization": f"Bearer {os.environ['TOKEN']}"}, 0
with httpx.Client() as client:
    while True:
        with connect_sse(client, "GET", sys.argv[1], headers=headers) as source:
            if source.response.status_code == 204:
                break
            for sse in source.iter_sse():
                events.append({"id": sse.id, "event": sse.event, **json.loads(sse.data)})
                retry_ms = sse.retry or retry_ms
        if events[-1]["id"]:
            headers["Last-Event-ID"] = events[-1]["id"]
        time.sleep(min(0.2, retry_ms / 1000))
print(json.dumps(events))
