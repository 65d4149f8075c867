"""Builds, for each function of the manifest, the zip that AWS Lambda runs.

`build/<arch>/<function>.zip` holds the function's own code, `functions/shared` and its own dependencies, each with its
bytecode. The same inputs make the same bytes, and a function whose inputs did not change is not built again.
"""
