"""Messages about amounts in currencies other than US dollars."""

from functions.api.portfolio_csv.currency import shown, suggested
from functions.api.portfolio_csv.vocabulary.currencies import UNKNOWN

_ONLY_DOLLARS = "Alex reads US dollars only."


def of_line(code: str, subject: str, hint: str | None) -> str:
    """Return the message for `subject`, such as "the amounts are". `hint` implies the currency if none is stated."""
    if hint is not None:
        return (
            f"{hint} suggests {suggested(code)}, and nothing states US dollars. If the amounts are in US dollars, "
            "add a column currency with USD. Otherwise export the file in US dollars, or remove the line."
        )
    stated = "The currency isn't recognized" if code == UNKNOWN else f"{subject.capitalize()} in {shown(code)}"
    return f"{stated}. {_ONLY_DOLLARS} Export the file in US dollars (USD), or remove the line."


def of_file(code: str, hint: str | None) -> str:
    """Return the message for a file with a single foreign currency, stated or implied by `hint`."""
    if hint is not None:
        return (
            f"{hint} suggests {suggested(code)}, and nothing in the file states US dollars. If its amounts are in US "
            "dollars, add a column currency with USD. Otherwise export the holdings in US dollars."
        )
    return (
        f"The amounts in this file are in {shown(code)}. {_ONLY_DOLLARS} Export the holdings in US dollars (USD), or "
        "convert every amount first."
    )


def of_file_without_table(code: str, header: str) -> str:
    return (
        f"The file's amounts are in {shown(code)}, and no table of holdings was recognized in it. {_ONLY_DOLLARS} "
        f"Export the holdings in US dollars (USD), with the columns {header}."
    )
