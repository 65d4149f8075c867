"""Switches progress tracking on or off, or shows its state: a variable of the functions that have it.

Other variables stay unchanged. The switch applies from the next job on; running jobs are not affected. The next
`terraform apply` resets it to the variable `enable_progress_tracking`: change that too to keep it.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.aws_errors import in_words
from scripts.cli import run
from scripts.deployment import Deployment, add_arguments, find
from scripts.manifest import read_manifest

FLAG = "ENABLE_PROGRESS_TRACKING"
_WORDS = {"on": "true", "off": "false"}


def main() -> int:
    """Return 0, or 1 if a function cannot be reached or changed."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("switch", choices=["on", "off", "status"])
    add_arguments(parser)
    arguments = parser.parse_args()
    deployment = find(arguments)
    client = deployment.client("lambda")
    try:
        for name in functions_with_flag():
            if arguments.switch != "status":
                switch(client, deployment.function(name), _WORDS[arguments.switch])
            print(f"{deployment.function(name):20} {FLAG}={flag(client, deployment.function(name))}")
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
        return 1
    if arguments.switch != "status":
        _remind(deployment, arguments.switch)
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
        print(f"The next `terraform apply` sets it back, unless its variable says enable_progress_tracking = {value}.")


if __name__ == "__main__":
    run(main)
