"""Which sources are versions of one document, and which version is the newest.

Two quarterly reports of one company are not versions of each other: they speak of different
quarters. A source is superseded only by one that speaks of the same thing: the same name but
for a mark of its version, or mostly the same sentences with other numbers for the same time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analysis.pipeline import periods
from analysis.pipeline.subjects import HEAD_LENGTH, VERSION, family, subject
from analysis.types import Page, SourceRef

# From the least to the most final; a document that says nothing of it stands in between.
STANDING = (
    ("draft", 0), ("advance", 1), ("preliminary", 1), ("provisional", 1), ("first estimate", 1),
    ("second estimate", 2), ("third estimate", 4), ("updated", 4), ("revised", 4), ("amend", 4),
    ("restated", 4), ("corrected", 4), ("final", 5),
)  # fmt: skip
UNMARKED = 3
NUMBERED = re.compile(
    r"\b(?:v|ver|version|rev|revision)[ ._-]?(\d+)\b|\((\d+)\)\s*(?:\.\w+)?$", re.I
)
ENDED = re.compile(r"\b(?:period|months?|weeks?|quarters?|years?)\s+(?:ended|ending)\b", re.I)
REPORTS = re.compile(
    r"\b(?:10-[QK]|20-F|(?:annual|quarterly|interim|half-year(?:ly)?|monthly) (?:report|results"
    r"|review|statement|accounts)|(?:financial|quarter(?:ly)?) (?:results|statements|report)"
    r"|earnings|minutes|proceedings)\b",
    re.I,
)
PIECE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=[|•])")
NUMBER = re.compile(r"\d[\d.,]*")
SHORTEST_PIECE, SEARCHED = 40, 60_000
SHARED_ENOUGH = 0.5


@dataclass(frozen=True)
class Described:
    """A source with what tells its version: its family, the period it reports, how final it is."""

    source: SourceRef
    pages: Sequence[Page]
    family: str
    period: str
    standing: tuple[int, int]

    @cached_property
    def claims(self) -> dict[str, str]:
        """Its sentences by the same sentence without numbers."""
        text = "\n\n".join(page.text for page in self.pages[:40])[:SEARCHED]
        pieces = (" ".join(piece.split()) for piece in PIECE.split(text))
        return {NUMBER.sub("#", piece): piece for piece in pieces if len(piece) >= SHORTEST_PIECE}


def describe(source: SourceRef, pages: Sequence[Page], topic: str) -> Described:
    text = "\n".join(page.text for page in pages)
    head = text[:HEAD_LENGTH]
    about = subject(source.title, source.name, text, topic)
    named = source.model_copy(update={"subject": about})
    words = f"{source.title}\n{source.name.replace('_', ' ')}"
    return Described(
        source=named,
        pages=pages,
        family=family(source.title) or family(source.name),
        period=reported_period(words, head),
        standing=_standing(words),
    )


def reported_period(words: str, head: str) -> str:
    """The period of which a document is the periodic report; "" if it is none."""
    if not REPORTS.search(f"{words}\n{head}") and not ENDED.search(words):
        return ""
    named = periods.first(words) or _first_ended(head)
    return named.label if named else ""


def _first_ended(head: str) -> periods.Period | None:
    found = ENDED.search(head)
    return periods.first(head[max(0, found.start() - 30) : found.end() + 40]) if found else None


def _standing(words: str) -> tuple[int, int]:
    """How final the document calls itself, and the number of its version."""
    folded = words.casefold()
    numbered = NUMBERED.search(words)
    number = next(int(part) for part in numbered.groups() if part) if numbered else 0
    return next((rank for name, rank in STANDING if name in folded), UNMARKED), number


def newest(described: Sequence[Described]) -> dict[str, str]:
    """For each superseded source the key of the newest version of the same document."""
    found: dict[str, str] = {}
    for older in described:
        newer = [other for other in described if _supersedes(other, older)]
        if newer:
            found[older.source.key] = max(newer, key=_age).source.key
    return found


def _supersedes(one: Described, other: Described) -> bool:
    return one.source.key != other.source.key and _is_newer(one, other) and same_thing(one, other)


def _age(one: Described) -> tuple[date, tuple[int, int], str]:
    return (_dated(one) or date.min, one.standing, one.source.key)


def _dated(one: Described) -> date | None:
    return one.source.published_on or one.source.as_of


def _is_newer(one: Described, other: Described) -> bool:
    """Whether dates or else marks of the version say so; False when nothing does."""
    mine, theirs = _dated(one), _dated(other)
    if mine and theirs and mine != theirs:
        return mine > theirs
    return one.standing > other.standing


def same_thing(one: Described, other: Described) -> bool:
    """Whether two sources are versions of one document."""
    if one.source.language != other.source.language or one.period != other.period:
        return False
    if one.family and one.family == other.family and _is_versioned(one, other):
        return True
    shared = one.claims.keys() & other.claims.keys()
    enough = SHARED_ENOUGH * min(len(one.claims), len(other.claims))
    return len(shared) > max(1, enough) and any(
        contradicts(one.claims[claim], other.claims[claim]) for claim in sorted(shared)
    )


def _is_versioned(one: Described, other: Described) -> bool:
    """Whether the names differ by marks of a version and speak of the same time."""
    names = [f"{each.source.title} {each.source.name}" for each in (one, other)]
    times = [
        {found.period.label for found in periods.periods(each.source.title)}
        for each in (one, other)
    ]
    return times[0] == times[1] and any(VERSION.search(name) for name in names)


def contradicts(one: str, other: str) -> bool:
    """Whether two sentences that differ only in numbers differ in more than their dates."""
    times = [[found.period.label for found in periods.periods(text)] for text in (one, other)]
    return one != other and times[0] == times[1]
