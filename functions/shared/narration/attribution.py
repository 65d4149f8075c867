"""Attribution: which texts a model wrote, for the reader."""

from functions.shared.analysis.wording import count, listed, markdown
from functions.shared.sections import Narration


def attribution(narration: Narration) -> str:
    """Return the attribution as Markdown; empty if no model was called. Figures, tables, and titles are always ours."""
    if narration.model is None:
        return ""
    model = markdown(narration.model)
    replaced = [key for key, source in narration.passages.items() if source == "template"]
    if narration.source == "template":
        return f"Written from templates, because {_reasons(narration)} ({model}). Every figure is calculated."
    connected = f"Figures and statements are calculated; a language model ({model}) connected them."
    if not replaced:
        return connected
    ours = count(len(replaced), "passage comes from a template", "passages come from templates")
    return f"{connected} {ours}, because {_reasons(narration)}."


def whose_words(narration: Narration) -> str:
    """Return the attribution as plain text, to follow "The report is"."""
    if narration.model is None:
        return "written from templates, without a language model"
    if narration.source == "template":
        return f"written from templates, because {_reasons(narration)} ({narration.model})"
    ours = sum(source == "template" for source in narration.passages.values())
    templates = f", except {ours} of {count(len(narration.passages), 'passage')} from templates" if ours else ""
    return f"written by a language model ({narration.model}) from calculated statements{templates}"


def _reasons(narration: Narration) -> str:
    return listed(sorted(set(narration.reasons.values()))) if narration.reasons else "the text was not accepted"
