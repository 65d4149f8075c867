"""Builds the zip of each Lambda function. See `scripts/packaging` and `--help`."""

from scripts.cli import run
from scripts.packaging.command import main

if __name__ == "__main__":
    run(main)
