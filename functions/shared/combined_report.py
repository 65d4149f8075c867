"""The report and the retirement chapter in one document: the plan's verdict comes first, and sources appear once.

The agents run in parallel, so neither text can refer to the other. report.html arranges the chapters of both itself.
"""

#: Introduces the list of sources in the retirement chapter.
SOURCES_FOLLOW = "informed by:"
_OTHER_SOURCES_FOLLOW = "informed by the sources of the report, and by:"


def combine(report: str, retirement: str, verdict: str | None) -> tuple[str, str]:
    """Return both texts as Markdown. `verdict` is the passage of the retirement chapter that opens the report.

    List items of the retirement chapter that are also in the report are left out of the chapter.
    """
    if verdict and f"\n\n{verdict}\n" in retirement:
        report = report.replace("\n\n", f"\n\n{verdict}\n\n", 1)
        retirement = retirement.replace(f"\n\n{verdict}\n", "\n", 1)
    known = {line for line in report.splitlines() if line.startswith("- ")}
    kept = [line for line in retirement.splitlines() if line not in known]
    if len(kept) < len(retirement.splitlines()):
        kept = [line.replace(SOURCES_FOLLOW, _OTHER_SOURCES_FOLLOW) for line in kept]
    return report, "\n".join(kept) + "\n"
