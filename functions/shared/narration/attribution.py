"""Attribution: which texts a model wrote, for the reader."""

from functions.shared.analysis.wording import count, listed, markdown
from functions.shared.sections import Narration


def attribution(narration: Narration) -> str:
    """Return the attribution as Markdown; empty if no model was called. Figures, tables, and titles are always ours."""
    if narration.model is None:
        return ""
    model = f"the language model {markdown(narration.model)}"
    replaced = [key for key, source in narration.passages.items() if source == "template"]
    if narration.source == "template":
        return f"The words are our own templates': {model} was asked, but {_reasons(narration)}."
    connected = f"Figures and statements are calculated; {model} connected them."
    if not replaced:
        return connected
    ours = count(len(replaced), "passage has the words of our template", "passages have the words of our templates")
    return f"{connected} {ours}, because {_reasons(narration)}."


def whose_words(narration: Narration) -> str:
    """Return the same as plain text, to follow "The report is"."""
    if narration.model is None:
        return "worded by our own templates; no language model was asked"
    if narration.source == "template":
        return f"worded by our own templates, since {_reasons(narration)} ({narration.model})"
    ours = sum(source == "template" for source in narration.passages.values())
    templates = (
        f", but for {ours} of {count(len(narration.passages), 'passage')} from our own templates" if ours else ""
    )
    return f"worded by the language model {narration.model} around calculated statements{templates}"


def _reasons(narration: Narration) -> str:
    return listed(sorted(set(narration.reasons.values()))) if narration.reasons else "it was not taken"
