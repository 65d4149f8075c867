"""JSON arrays as text: documents pass through the function without being parsed."""

from collections.abc import Iterable


def joined(arrays: Iterable[str]) -> str:
    """One JSON array of the elements of several, in order."""
    elements = (array[1:-1] for array in arrays)
    return f"[{','.join(filter(None, elements))}]"
