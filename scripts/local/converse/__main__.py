"""`python -m scripts.local.converse`: run the stand-in in its own process until SIGTERM or Ctrl-C."""

import argparse

from scripts.local.converse import Converse
from scripts.local.signals import serve

DESCRIPTION = "A stand-in for Amazon Bedrock's Converse and ConverseStream, on 127.0.0.1, until SIGTERM or Ctrl-C."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.local.converse", description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port; the first line of output is the URL")
    parser.add_argument("--pace", type=float, default=0, help="tokens a second; 0: all at once (%(default)s)")
    serve(Converse(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
