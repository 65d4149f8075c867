"""Compiles every module in a folder: `python bytecode.py FOLDER`, with an interpreter of the version that will run
them.

Imports only the standard library, because it also runs on interpreters without other packages.
"""

import importlib.util
import marshal
import sys
from pathlib import Path

UNCHECKED = (0b01).to_bytes(4, "little")


def bytecode(source: bytes, path: str) -> bytes:
    """Return a .pyc that Python loads without checking its source
    (https://docs.python.org/3/reference/import.html#pyc-invalidation).

    `path` is shown in tracebacks. Raises SyntaxError.
    """
    code = compile(source, path, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)


def compile_folder(folder: Path) -> None:
    """Write the bytecode of each module next to it, in a fixed order, because the bytes may depend on the order."""
    for file in sorted(folder.rglob("*.py")):
        compiled = Path(importlib.util.cache_from_source(str(file)))
        compiled.parent.mkdir(exist_ok=True)
        compiled.write_bytes(bytecode(file.read_bytes(), file.relative_to(folder).as_posix()))


if __name__ == "__main__":
    compile_folder(Path(sys.argv[1]))
