"""How far a finding and a report can be trusted, said with the counts that it follows from."""

import re
from collections.abc import Sequence
from datetime import date

from analysis.pipeline.verify import Checked
from analysis.types import Check, Confidence, Conflict, Figure, Quote, SourceRef, Verdict

# From `python -m tests.bench.verify FOLDER --most 400`: of the supported claims 0.99 are true, and
# less is shown, because claims in wholly other words are not built there; of partly supported ones
# there are too few to measure, and at least half of their words stand in their quotes.
BASE = {Verdict.SUPPORTED: 0.9, Verdict.PARTIAL: 0.5}
HEDGED = re.compile(
    r"\b(?:may|might|could|expects?|believes?|estimates?|anticipates?|likely|possibl[ye]|intends?"
    r"|plans? to|approximately|about)\b",
    re.IGNORECASE,
)
OLD_MONTHS = 18


def called(sources: Sequence[SourceRef]) -> str:
    """What sources are called and dated: names and dates of a claim may come from there."""
    named = ((one.title, one.name, one.subject, one.author) for one in sources)
    dates = ((one.as_of, one.published_on) for one in sources)
    words = [word for names in named for word in names if word]
    return " \n".join([*words, *(long_date(day) for days in dates for day in days if day)])


def is_disputed(
    quotes: Sequence[Quote], conflicts: Sequence[Conflict], figures: Sequence[Figure]
) -> bool:
    """Whether a quote states a figure that another source gives otherwise."""
    contested = {key for conflict in conflicts for key in conflict.figures}
    keys = {quote.key for quote in quotes}
    return any(figure.key in contested and figure.quote in keys for figure in figures)


def of_finding(
    text: str, checked: Checked, sources: Sequence[SourceRef], *, disputed: bool
) -> tuple[float, tuple[str, ...]]:
    """The confidence of a finding, 0 to 1, and what raised and lowered it."""
    value, reasons = BASE.get(checked.verdict, 0.0), list(checked.reasons)
    if value and len({source.key for source in sources}) > 1:
        value += 0.05
        reasons.append(f"{len({source.key for source in sources})} sources say so")
    if any(source.superseded_by for source in sources):
        value -= 0.3
        reasons.append("a newer version of this source exists")
    if disputed:
        value -= 0.3
        reasons.append("another source gives another figure")
    if HEDGED.search(text):
        value -= 0.1
        reasons.append("the source itself is cautious")
    return round(min(1.0, max(0.0, value)), 2), tuple(reasons)


def of_report(
    *,
    answered: int,
    sections: int,
    sources: Sequence[SourceRef],
    check: Check,
    conflicts: int,
    rejected: int,
    today: date,
) -> Confidence:
    """The confidence of a report, 0 to 100: sections answered, sources, checks, conflicts, age."""
    reasons = [f"Sections answered from the documents: {answered} of {sections}."]
    value = 55 * answered / max(1, sections)
    if not answered:
        return Confidence(value=0, reasons=tuple(reasons))
    value += min(len(sources), 3) * 5
    reasons.append(f"Sources cited: {len(sources)}.")
    value += 20 * check.supported / max(1, check.claims)
    reasons.append(f"Claims supported by their quotes: {check.supported} of {check.claims}.")
    for loss, reason in (*_disagreements(conflicts, rejected), *_age(sources, today)):
        value -= loss
        reasons.append(reason)
    return Confidence(value=round(min(95, max(0, value))), reasons=tuple(reasons))


def _disagreements(conflicts: int, rejected: int) -> list[tuple[int, str]]:
    found = []
    if conflicts:
        found.append((min(15, 5 * conflicts), f"Figures on which the sources differ: {conflicts}."))
    if rejected:
        found.append((min(15, 5 * rejected), f"Documents that could not be used: {rejected}."))
    return found


def _age(sources: Sequence[SourceRef], today: date) -> list[tuple[int, str]]:
    """What the age of the newest source costs; a source without a date gains nothing."""
    dates = [source.as_of for source in sources if source.as_of]
    if not dates:
        return [(5, "No source says what date it speaks of.")]
    months = (today.year - max(dates).year) * 12 + today.month - max(dates).month
    if months <= OLD_MONTHS:
        return [(-10, f"The newest source speaks of {long_date(max(dates))}.")]
    reason = f"The newest source speaks of {long_date(max(dates))}, {months} months before."
    return [(5, reason)]


def counted(number: int, noun: str) -> str:
    """ "1 source", "2 sources"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def long_date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
