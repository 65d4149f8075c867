"""Switches progress tracking on or off, or shows its state: a variable of the functions that have it.

Other variables stay unchanged. The switch applies from the next job on; running jobs are not affected. The next
`terraform apply` resets it to the variable `enable_progress_tracking`: change that too to keep it.
"""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from scripts.cli import run
from scripts.deployment import Deployment, add_arguments, find
from scripts.environment_check import diagnosis
from scripts.manifest import read_manifest

FLAG = "ENABLE_PROGRESS_TRACKING"
_WORDS = {"on": "true", "off": "false"}


def main() -> int:
    """Return 0, or 1 if a function cannot be reached or changed, or lacks variables."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("switch", choices=["on", "off", "status"])
    parser.add_argument("--json", action="store_true", help="print the state as JSON")
    add_arguments(parser)
    arguments = parser.parse_args()
    deployment = find(arguments)
    client = deployment.client("lambda")
    functions = [deployment.function(name) for name in functions_with_flag()]
    if arguments.switch != "status":
        for function in functions:
            switch(client, function, _WORDS[arguments.switch])
    flags = {function: flag(client, function) for function in functions}
    if arguments.json:
        print(json.dumps(flags))
    else:
        print("\n".join(f"{function:20} {FLAG}={value}" for function, value in flags.items()))
        if arguments.switch != "status":
            _remind(deployment, arguments.switch)
    if problem := diagnosis(deployment, client):
        print(problem, file=sys.stderr)
        return 1
    return 0


def functions_with_flag() -> list[str]:
    """Return the functions that declare the flag in the manifest."""
    return [function.name for function in read_manifest().functions.values() if FLAG in function.environment]


def flag(client: Any, function: str) -> str:
    """Return the flag's current value. Raises botocore's errors."""
    return str(_variables(client, function).get(FLAG, "false"))


def switch(client: Any, function: str, value: str) -> None:
    """Set the variable in the function's environment, and wait until the update is active. Raises botocore's errors."""
    variables = {**_variables(client, function), FLAG: value}
    client.update_function_configuration(FunctionName=function, Environment={"Variables": variables})
    client.get_waiter("function_updated_v2").wait(FunctionName=function)


def _variables(client: Any, function: str) -> dict[str, str]:
    configuration = client.get_function_configuration(FunctionName=function)
    return dict(configuration.get("Environment", {}).get("Variables", {}))


def _remind(deployment: Deployment, word: str) -> None:
    if deployment.aws_endpoint_url is None:
        value = _WORDS[word]
        print(f"The next `terraform apply` resets it unless you set enable_progress_tracking = {value}.")


if __name__ == "__main__":
    run(main)
