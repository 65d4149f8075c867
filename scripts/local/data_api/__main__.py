"""`python -m scripts.local.data_api`: the endpoint as a process of its own, until SIGTERM or Ctrl-C."""

import argparse

from scripts.local.data_api import DataApi
from scripts.local.signals import serve

DESCRIPTION = "The RDS Data API over a PostgreSQL, on 127.0.0.1, until SIGTERM or Ctrl-C."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.local.data_api", description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the first line printed tells which")
    parser.add_argument("--cluster-arn", required=True, help="the only resourceArn that is served")
    parser.add_argument(
        "--secret",
        nargs=2,
        action="append",
        required=True,
        metavar=("ARN", "DSN"),
        help="a secretArn that is accepted, and the libpq connection string of its user, whose password may come from"
        " a PGPASSFILE; can be repeated",
    )
    parser.add_argument("--database", default="alex", help="for requests that name none (%(default)s)")
    parser.add_argument("--statement-timeout-s", type=float, default=45.0, help="%(default)s")
    parser.add_argument("--idle-transaction-s", type=float, default=180.0, help="%(default)s")
    options = vars(parser.parse_args())
    serve(DataApi(dict(options.pop("secret")), **options))


if __name__ == "__main__":
    main()
