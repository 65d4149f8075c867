"""`python -m scripts.local.converse`: run the stand-in in its own process until SIGTERM or Ctrl-C."""

import argparse

from scripts.local.converse import Converse
from scripts.local.converse.smollm2 import SmolLM2
from scripts.local.signals import serve

DESCRIPTION = "A stand-in for Amazon Bedrock's Converse and ConverseStream, on 127.0.0.1, until SIGTERM or Ctrl-C."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.local.converse", description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port; the first line of output is the URL")
    parser.add_argument("--pace", type=float, default=0, help="tokens a second; 0: all at once (%(default)s)")
    parser.add_argument("--model", choices=["stub", "smollm2"], default="stub", help="what writes [%(default)s]")
    options = parser.parse_args()
    model = SmolLM2() if options.model == "smollm2" else None
    serve(Converse(port=options.port, pace=options.pace, model=model))


if __name__ == "__main__":
    main()
