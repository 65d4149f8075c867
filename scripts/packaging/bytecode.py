"""Compiles every module of a folder: `python bytecode.py FOLDER`, by an interpreter of the version that will run them.

Nothing but the standard library is imported: interpreters run this file that have no other package.
"""

import importlib.util
import marshal
import sys
from pathlib import Path

UNCHECKED = (0b01).to_bytes(4, "little")


def bytecode(source: bytes, path: str) -> bytes:
    """A .pyc that is used without a look at its source: https://docs.python.org/3/reference/import.html#pyc-invalidation.

    `path` is what tracebacks show. Raises SyntaxError.
    """
    code = compile(source, path, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)


def compile_folder(folder: Path) -> None:
    """Puts beside each module its bytecode, always in the same order, on which the bytes may depend."""
    for file in sorted(folder.rglob("*.py")):
        compiled = Path(importlib.util.cache_from_source(str(file)))
        compiled.parent.mkdir(exist_ok=True)
        compiled.write_bytes(bytecode(file.read_bytes(), file.relative_to(folder).as_posix()))


if __name__ == "__main__":
    compile_folder(Path(sys.argv[1]))
