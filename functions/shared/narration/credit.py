"""Whose words a document has, as its reader is told."""

from functions.shared.analysis.wording import count, listed, markdown
from functions.shared.sections import Narration


def credit(narration: Narration) -> str:
    """A sentence or two of Markdown; nothing where no model was asked. Figures, tables and titles are always ours."""
    if narration.model is None:
        return ""
    model = f"the language model {markdown(narration.model)}"
    replaced = [key for key, source in narration.passages.items() if source == "template"]
    reasons = listed(sorted(set(narration.reasons.values()))) if narration.reasons else ""
    if narration.source == "template":
        return f"The words are our own templates': {model} was asked, but {reasons}."
    checked = f"Worded by {model}, and checked against the figures, which are none of its own."
    if not replaced:
        return checked
    ours = count(len(replaced), "passage has the words of our template", "passages have the words of our templates")
    return f"{checked} {ours}, because {reasons}."
