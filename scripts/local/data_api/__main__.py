"""`python -m scripts.local.data_api`: run the endpoint in its own process until SIGTERM or Ctrl-C."""

import argparse

from scripts.local.data_api import DataApi
from scripts.local.signals import serve

DESCRIPTION = "Serve the RDS Data API from a PostgreSQL database, on 127.0.0.1, until SIGTERM or Ctrl-C."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.local.data_api", description=DESCRIPTION)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port; the first line of output is the URL")
    parser.add_argument("--cluster-arn", required=True, help="the resourceArn to accept; every other one is an error")
    parser.add_argument(
        "--secret",
        nargs=2,
        action="append",
        required=True,
        metavar=("ARN", "DSN"),
        help="a secretArn to accept and the libpq connection string of its database user, whose password can come"
        " from a PGPASSFILE; repeatable",
    )
    parser.add_argument("--database", default="alex", help="database for requests without one (default: %(default)s)")
    parser.add_argument("--statement-timeout-s", type=float, default=45.0, help="default: %(default)s")
    parser.add_argument("--idle-transaction-s", type=float, default=180.0, help="default: %(default)s")
    options = vars(parser.parse_args())
    serve(DataApi(dict(options.pop("secret")), **options))


if __name__ == "__main__":
    main()
