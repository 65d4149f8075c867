"""`python -m scripts.local.prices`: run the stand-in in its own process until SIGTERM or Ctrl-C."""

import argparse

from scripts.local.prices import Kind, PriceSource
from scripts.local.signals import serve

DESCRIPTION = (
    "A stand-in for a price source, on 127.0.0.1, until SIGTERM or Ctrl-C: quotes of the sample portfolio's symbols."
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.local.prices", description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port; the first line of output is the URL")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.OK, help="kind of response (%(default)s)")
    serve(PriceSource(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
