"""Builds the zip of each function in the manifest for AWS Lambda.

`build/<arch>/<function>.zip` contains the function's own code, `functions/shared` and its own dependencies, each with
its bytecode. Builds are deterministic, and a function whose inputs have not changed is not rebuilt.
"""
