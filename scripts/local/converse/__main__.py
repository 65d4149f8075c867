"""`python -m scripts.local.converse`: the stand-in as a process of its own, until SIGTERM or Ctrl-C."""

import argparse
import signal

from scripts.local.converse import Converse

DESCRIPTION = "A stand-in for Amazon Bedrock's Converse and ConverseStream, on 127.0.0.1, until SIGTERM or Ctrl-C."
STOPPING = {signal.SIGTERM, signal.SIGINT}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.local.converse", description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the first line printed tells which")
    parser.add_argument("--pace", type=float, default=0, help="tokens a second; 0: all at once (%(default)s)")
    options = parser.parse_args()
    # Before there are threads, which inherit it: a signal must not end the process past the `with`.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    with Converse(**vars(options)) as converse:
        print(converse.url, flush=True)
        signal.sigwait(STOPPING)


if __name__ == "__main__":
    main()
