"""Builds the zip of each Lambda function: see `scripts/packaging`, and `--help`."""

import sys

from scripts.packaging.command import main

if __name__ == "__main__":
    sys.exit(main())
