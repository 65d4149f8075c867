"""Child process that measures the CPU time to import a Lambda handler and to respond. Prints JSON.

`python cpu_of_handler.py MODULE CALLS < event.json`; the handler must respond to the event with status 200.
"""

import importlib
import json
import sys
import time
from types import SimpleNamespace

_WARM_UP = 20


def main() -> None:
    module, calls = sys.argv[1], int(sys.argv[2])
    event = json.load(sys.stdin)
    context = SimpleNamespace(
        function_name="alex-api",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:alex-api",
        aws_request_id="11111111-1111-1111-1111-111111111111",
    )
    logs, sys.stdout = sys.stdout, sys.stderr
    began = time.process_time()
    handler = importlib.import_module(module).handler
    response = handler(event, context)
    first_s = time.process_time() - began
    if response["statusCode"] != 200:
        raise RuntimeError(response["body"])
    for _ in range(_WARM_UP):
        handler(event, context)
    began = time.process_time()
    for _ in range(calls):
        handler(event, context)
    json.dump({"first_ms": 1000 * first_s, "poll_ms": 1000 * (time.process_time() - began) / calls}, logs)


if __name__ == "__main__":
    main()
