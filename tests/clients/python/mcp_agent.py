# /// script
# requires-python = ">=3.11"
# dependencies = ["mcp==2.3.0"]
#
# [tool.uv]
# exclude-newer = "2026-11-28T00:00:00Z"
# ///
"""The MCP Python SDK's client starts a job, follows and reads it, and cancels another."""

import asyncio
import json
import os

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client


async def main() -> dict:
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{os.environ['API_URL']}/mcp", http_client=http)) as alex,
    ):
        tools = (await alex.list_tools()).tools
        started = (await alex.call_tool("analyze", {"portfolio": "sample"})).structured_content
        seen = []
        while not seen or seen[-1]["status"] in {"pending", "running"}:
            seen.append((await alex.call_tool("status", {"job_id": started["job_id"]})).structured_content)
            await asyncio.sleep(0.1)
        result = await alex.call_tool("result", {"job_id": started["job_id"]})
        other = (await alex.call_tool("analyze", {"portfolio": "sample"})).structured_content
        cancelled = (await alex.call_tool("cancel", {"job_id": other["job_id"]})).structured_content
        missing = await alex.call_tool("status", {"job_id": "no-id"})
        return {
            "tools": [tool.name for tool in tools],
            "ended": seen[-1]["status"],
            "percent": seen[-1]["progress_data"]["progress_percent"],
            "result": [block.text for block in result.content],
            "cancelled": cancelled["status"],
            "missing": [missing.is_error, missing.content[0].text],
        }


print(json.dumps(asyncio.run(main())))
