"""uv run python -m tests.simulation.mutants [WORDS]

Applies each edit (or those whose name contains these words) to a copy of the project and runs its test. Returns 1 if a
test still passes, because then nothing would detect that the defense is gone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.manifest import ROOT
from tests.simulation.mutants import MUTANTS
from tests.simulation.mutants.mutant import Mutant

_COPIED = ("functions", "migrations", "scripts", "terraform", "tests", "pyproject.toml")


def main() -> int:
    words = sys.argv[1:]
    chosen = [mutant for mutant in MUTANTS if all(word in mutant.name for word in words)]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="alex-mutants-") as folder:
        copy = Path(folder)
        for part in _COPIED:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
        for mutant in chosen:
            killer = _killer_of(mutant, copy)
            survived += killer is None
            print(f"{mutant.name:75} {killer or 'SURVIVED ' + mutant.test}", flush=True)
    print(f"{len(chosen)} mutants, {survived} survived")
    return 1 if survived else 0


def _killer_of(mutant: Mutant, copy: Path) -> str | None:
    """Return the test that fails with the mutant, or None."""
    file = copy / mutant.file
    original = file.read_text(encoding="utf-8")
    file.write_text(original.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutant.test],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        file.write_text(original, encoding="utf-8")
    failed = [line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    if not failed and done.returncode:
        raise RuntimeError(f"{mutant.name}: the test could not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[0].rpartition("::")[2] if failed else None


if __name__ == "__main__":
    sys.exit(main())
