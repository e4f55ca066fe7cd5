"""Which lines of a page are prose, which are headings, which are rows of a table.

Works on plain text as readers give it: PDF text with a hard break at every printed line,
paragraphs between blank lines, one line a paragraph, cells between tabs or bars.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

TERMINAL = ".!?。！？؟।…:;：；"  # noqa: RUF001
OPENING = "\"'“‘«([（「『【¿¡§"  # noqa: RUF001
CLOSING = "\"'”’»)]）」』】"  # noqa: RUF001
COLONS = (":", "：")  # noqa: RUF001
BULLET = "•·▪◦‣●○■□➢*–—-"  # noqa: RUF001
BULLET_POINT = re.compile(rf"[{BULLET}]\s|\(\w{{1,3}}\)\s")
_FIGURE = r"[($€£¥+\-–—−~<>≤≥±]*\d[\d.,:/]*[)%*†‡]*"  # noqa: RUF001
FIGURE, FIGURES = re.compile(_FIGURE), re.compile(rf"(?<!\S){_FIGURE}(?!\S)")
CELLS = re.compile(r"\t|\s\|\s|^\||(?<![.!?:;,\"”’)])  +(?=\S)")  # noqa: RUF001
FIELD = re.compile(r"; [^:;]{1,40}: ")
SOUND = re.compile(r"\w")
LETTERS = re.compile(r"[^\W\d_]")
MARKUP = re.compile(
    r"#{1,6}\s+\S|\(.*\)$|(?:item|part|chapter|section|note)\s+[\dIVX]+[a-z]?\b(?!.*\s\d+$)", re.I
)
LONG_WORD = re.compile(r"[^\W\d_]{5,}")
DIGITS = re.compile(r"\d+")
LONGEST_HEADING = 110
LONGEST_ROW = 250
LONGEST_GAP = 3
FULL = 0.7
EDGE = 3
# A line at the edge of fewer pages than this is no header.
REPEATED = 3


class Kind(StrEnum):
    PROSE = "prose"
    HEADING = "heading"
    TABLE = "table"
    BLANK = "blank"


class Line(NamedTuple):
    """One line without the blanks around it: `text` is what stands at [start:end]."""

    start: int
    end: int
    text: str


class Block(NamedTuple):
    """Neighbouring lines of one kind, and the offsets of their text on the page."""

    kind: Kind
    start: int
    end: int


def is_row(line: str) -> bool:
    """Whether a line holds cells rather than a sentence: figures at its end, or separated."""
    if len(line) > LONGEST_ROW:
        return line.count("\t") > 1 or line.count(" | ") > 1
    if ("\t" in line or "|" in line or "  " in line) and len(CELLS.findall(line)) > 1:
        return True
    count = len(FIGURES.findall(line))
    return bool(count) and _is_figures(line, count)


def _is_figures(line: str, count: int) -> bool:
    """Whether figures, of which a line has so many, are most of it or stand at its end."""
    words = [word for word in line.split() if SOUND.search(word)]
    others = len(words) - count
    if others <= 1:
        return True
    if all(map(FIGURE.fullmatch, words[-2:])) and not words[-2].endswith(","):
        return True
    return count * 2 >= others and count > 1


def is_record(line: str) -> bool:
    """Whether a line lists the fields of a record: "City: Lyon; State: Rhone; Injured: 2"."""
    return line.count("; ") > 1 and len(FIELD.findall(line)) > 1


def is_heading(line: str) -> bool:
    """Whether a line by itself reads as a heading: short, begun well, not ended, no row."""
    text = line.strip()
    return _is_marked(text) or (_is_title(text) and not is_row(text))


def _is_marked(text: str) -> bool:
    """Whether a line names itself a heading ("## Risks", "Note 2") or stands in brackets."""
    return len(text) <= LONGEST_HEADING and bool(MARKUP.match(text)) and not text.endswith(".")


def _is_title(text: str) -> bool:
    if not text or len(text) > LONGEST_HEADING or text[0].islower():
        return False
    if not (text[0].isalnum() or text[0] in OPENING) or not LETTERS.search(text):
        return False
    return titled(text) if text.endswith(COLONS) else not ends(text)


def is_prose(text: str) -> bool:
    """Whether a text is made of sentences rather than of rows or of headings alone."""
    found = {block.kind for block in blocks(text)}
    return Kind.PROSE in found and Kind.TABLE not in found


def ends(text: str) -> bool:
    """Whether a sentence may end here; a short line with a colon is rather a label."""
    bare = text.rstrip(CLOSING)
    return bool(bare) and bare[-1] in TERMINAL and not (bare.endswith(COLONS) and len(bare) < 60)


def lines(text: str) -> list[Line]:
    """The lines of a page with their offsets; a blank one has an empty text."""
    found, start = [], 0
    for raw in text.split("\n"):
        bare = raw.strip()
        first = start + (raw.find(bare) if len(bare) < len(raw) else 0)
        found.append(Line(first, first + len(bare), bare))
        start += len(raw) + 1
    return found


def blocks(text: str, repeated: Collection[str] = ()) -> list[Block]:
    """The page as headings, paragraphs and tables in reading order.

    `repeated` are the shapes of headers and footers, which are left out.
    """
    page = _without(lines(text), repeated)
    printed = [line.text for line in page]
    found: list[Block] = []
    last = Kind.BLANK
    for at, (kind, line) in enumerate(zip(kinds(printed), page, strict=True)):
        if kind is last and (kind is Kind.TABLE or (kind is Kind.PROSE and continues(printed, at))):
            found[-1] = Block(kind, found[-1].start, line.end)
        elif kind is not Kind.BLANK:
            found.append(Block(kind, line.start, line.end))
        last = kind
    return found


def _without(page: list[Line], repeated: Collection[str]) -> list[Line]:
    if not repeated:
        return page
    edges = {line for line in _edges(page) if shape(line.text) in repeated}
    return [line for line in page if line not in edges]


def _edges(page: Sequence[Line]) -> list[Line]:
    """The first and the last printed lines: where headers and footers are."""
    filled = [line for line in page if line.text]
    return filled[:EDGE] + filled[-EDGE:]


def kinds(page: Sequence[str]) -> list[Kind]:
    """The kind of each line, judged with the lines around it."""
    found: list[Kind] = []
    for at, line in enumerate(page):
        if not line:
            found.append(Kind.BLANK)
            continue
        unended = at > 0 and found[-1] is Kind.PROSE and not ends(page[at - 1])
        found.append(_kind(page, at, unended and continues(page, at)))
    return _with_labels(page, found)


def _kind(page: Sequence[str], at: int, inside: bool) -> Kind:
    """`inside`: the line before is prose whose sentence goes on."""
    line = page[at]
    if is_record(line) or (at and is_record(page[at - 1])):
        return Kind.PROSE
    if len(line) > LONGEST_ROW:
        return Kind.TABLE if is_row(line) else Kind.PROSE
    marked = _is_marked(line)
    if not marked and is_row(line):
        return Kind.PROSE if inside and line[-1] in TERMINAL else Kind.TABLE
    if inside or not (marked or _is_title(line)):
        return Kind.PROSE
    if at + 1 == len(page):
        return Kind.HEADING if marked or titled(line) else Kind.PROSE
    after = page[at + 1]
    goes_on = after[:1].islower() or not (marked or titled(line) or not continues(page, at + 1))
    return Kind.PROSE if goes_on else Kind.HEADING


def continues(page: Sequence[str], at: int) -> bool:
    """Whether a line goes on with the one before: that one is full, as its neighbours tell."""
    if not 0 < at < len(page) or not page[at] or BULLET_POINT.match(page[at]):
        return False
    if is_record(page[at]) or is_record(page[at - 1]):
        return False
    before = page[max(0, at - 2) : at + 1]
    return page[at][0].islower() or len(page[at - 1]) >= FULL * max(map(len, before))


def titled(line: str) -> bool:
    """Whether a line is set as a title: every longer word with a capital."""
    return all(word[0].isupper() for word in LONG_WORD.findall(line))


def _with_labels(page: Sequence[str], found: list[Kind]) -> list[Kind]:
    """The few short lines between two rows ("Operating expenses:") belong to the table."""
    joined = list(found)
    rows = [number for number, kind in enumerate(found) if kind is Kind.TABLE]
    for before, row in pairwise(rows):
        gap = page[before + 1 : row]
        if len(gap) <= LONGEST_GAP and all(is_label(line) for line in gap):
            joined[before + 1 : row] = [Kind.TABLE] * len(gap)
    return joined


def is_label(line: str) -> bool:
    """Whether a line may announce what follows: it ends with a colon or not at all."""
    return line.endswith(COLONS) or not ends(line)


def shape(line: str) -> str:
    """A line with its numbers taken out, so that "Page 3" and "Page 4" are the same."""
    return DIGITS.sub("#", line)


def furniture(pages: Sequence[str]) -> dict[str, str]:
    """The lines at the top or the bottom of many pages: by their shape, as first printed."""
    if len(pages) < REPEATED:
        return {}
    seen: Counter[str] = Counter()
    first: dict[str, str] = {}
    for text in pages:
        edges = {shape(line.text): line.text for line in _edges(lines(text))}
        seen.update(edges.keys())
        for found, line in edges.items():
            first.setdefault(found, line)
    often = max(REPEATED, len(pages) // 4)
    return {found: first[found] for found, times in seen.items() if times >= often}
