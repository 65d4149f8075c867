"""The commands of functions/api/README.md, run as written."""

from __future__ import annotations

import json
import re
import subprocess

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.manifest import ROOT

_BLOCK = re.compile(r"^```sh\n(field\(\).*?)^```", re.DOTALL | re.MULTILINE)


def test_requests_of_readme_start_and_follow_an_analysis(stack: LocalStack) -> None:
    (commands,) = _BLOCK.findall((ROOT / "functions" / "api" / "README.md").read_text())
    of_stack = commands.replace("http://127.0.0.1:8000", stack.info.api_url)
    of_stack = of_stack.replace(".local/stack.json", str(stack.state / "stack.json"))

    try:
        done = subprocess.run(
            ["bash", "-euc", of_stack],  # noqa: S607 - where PATH has it
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        AlexApi(stack.info.api_url, stack.info.token).delete("/api/user")

    assert done.stderr == ""
    populated, job = (json.loads(line) for line in done.stdout.replace("}{", "}\n{").splitlines())
    assert populated["message"]
    assert job["status"] in {"pending", "running", "completed"}
