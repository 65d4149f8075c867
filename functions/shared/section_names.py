"""The names of all sections. Their models are elsewhere, because a poll needs only the names."""

from importlib import import_module
from pathlib import Path

#: The key of a committed result: an agent's, or one of the two below.
Section = str
#: The portfolio for the agents, committed before they run.
SNAPSHOT: Section = "snapshot"
#: Committed when the job completes.
SUMMARY: Section = "summary"

#: The sections that clients read, each in the job's document as `<section>_payload`. The snapshot is for agents only.
SERVED: tuple[Section, ...] = (
    *(
        import_module(f"functions.{declaration.parent.name}").SECTION
        for declaration in sorted(Path(__file__).parents[1].glob("*/declaration.py"))
    ),
    SUMMARY,
)
