"""Builds the zip of each Lambda function. See `scripts/packaging` and `--help`."""

from scripts.packaging.command import main
from scripts.program import run

if __name__ == "__main__":
    run(main)
