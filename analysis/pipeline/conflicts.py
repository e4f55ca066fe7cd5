"""Figures that should be equal and are not: shown side by side, the newest version preferred."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from analysis.pipeline.amounts import agree, number_of
from analysis.pipeline.figures import name_of
from analysis.types import Conflict, Figure, Quote, SourceRef

UNSPECIFIC = re.compile(r"(?:^|: )(?:others?\b|(?:net|balance|subtotal|total)$)", re.IGNORECASE)
DIGITS = re.compile(r"\d[\d.,]*\d|\d")
Key = tuple[str, str, str, str, str]


def conflicts(
    figures: Sequence[Figure], quotes: Mapping[str, Quote], sources: Mapping[str, SourceRef]
) -> tuple[Conflict, ...]:
    """One for each name and period of a subject on which two sources disagree."""
    groups: dict[Key, list[Figure]] = {}
    for figure in figures:
        if figure.period and not is_unspecific(figure.label):
            source = sources[quotes[figure.quote].source]
            groups.setdefault(identity(figure, source), []).append(figure)
    return tuple(
        _conflict(members, quotes, sources)
        for members in groups.values()
        if _told_by_several(members, quotes) and not _all_agree(members)
    )


def is_unspecific(label: str) -> bool:
    """Whether a name holds what was left over, which is something else in every report."""
    return bool(UNSPECIFIC.search(label))


def identity(figure: Figure, source: SourceRef) -> Key:
    """What a figure is of: figures with the same identity should be equal."""
    name = name_of(figure.label)
    return source.subject, name, figure.period, figure.unit, figure.currency


def _told_by_several(members: Sequence[Figure], quotes: Mapping[str, Quote]) -> bool:
    return len({quotes[figure.quote].source for figure in members}) > 1


def _all_agree(members: Sequence[Figure]) -> bool:
    first = members[0]
    return all(
        agree(first.value, step_of(first), other.value, step_of(other)) for other in members[1:]
    )


def step_of(figure: Figure) -> Decimal:
    """The worth of the last printed digit: 100,000 in "$4.1 million"."""
    found = DIGITS.search(figure.raw)
    printed = number_of(found.group()) if found else None
    if not printed:
        return Decimal(1)
    scale = abs(figure.value) / printed
    return scale.scaleb(int(printed.as_tuple().exponent))


def _conflict(
    members: Sequence[Figure], quotes: Mapping[str, Quote], sources: Mapping[str, SourceRef]
) -> Conflict:
    def source(figure: Figure) -> SourceRef:
        return sources[quotes[figure.quote].source]

    ordered = sorted(members, key=lambda figure: age(source(figure)), reverse=True)
    newest = ordered[0]
    return Conflict(
        label=newest.label,
        period=newest.period,
        figures=tuple(figure.key for figure in ordered),
        preferred=newest.key,
        reason=_reason(source(newest), source(ordered[-1])),
    )


def age(source: SourceRef) -> tuple[bool, date, date]:
    """What makes one source newer than another: not superseded, then published, then dated."""
    published = source.published_on or source.as_of or date.min
    return source.superseded_by is None, published, source.as_of or date.min


def _reason(newest: SourceRef, oldest: SourceRef) -> str:
    if oldest.superseded_by == newest.key:
        return f"“{newest.name}” is the newer version of “{oldest.name}”."
    if age(newest) == age(oldest):
        return "Neither source is newer; the first one is shown."
    when = newest.published_on or newest.as_of
    return f"“{newest.name}” is the newest of these sources ({when})."
