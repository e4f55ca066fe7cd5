"""Which lines of a page are prose, which are headings, which are rows of a table.

Works on plain text as readers give it: PDF text with a hard break at every printed line,
paragraphs between blank lines, one line a paragraph, cells between tabs or bars.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

TERMINAL = ".!?。！？؟।…:;：；"
CLOSING = "\"'”’»)]）」』】"
NUMBER = re.compile(r"[($€£¥+\-–—−~<>≤≥±]*\d[\d.,:/]*[)%*†‡]*|[$€£¥%—–\-)]+")
CELLS = re.compile(r"\t|\s\|\s|^\||  +(?=\S)")
LETTERS = re.compile(r"[^\W\d_]")
MARKUP = re.compile(r"(?:#{1,6}\s+\S|(?:item|part|chapter|section|note)\s+[\dIVX]+[a-z]?\b)", re.I)
LONGEST_HEADING = 110
WIDEST_LINE = 120


class Kind(StrEnum):
    PROSE = "prose"
    HEADING = "heading"
    TABLE = "table"
    BLANK = "blank"


class Line(NamedTuple):
    """One line without its surrounding blanks: `text[start:end]`."""

    start: int
    end: int
    text: str


class Block(NamedTuple):
    """Neighbouring lines of one kind, and the offsets of their text on the page."""

    kind: Kind
    start: int
    end: int


def is_row(line: str) -> bool:
    """Whether a line holds cells rather than a sentence: mostly numbers, or separated."""
    if len(CELLS.findall(line)) > 1:
        return True
    words = line.split()
    numbers = sum(1 for word in words if NUMBER.fullmatch(word))
    letters = len(words) - numbers
    return numbers >= 1 and (letters <= 1 or (numbers >= 2 and numbers * 2 >= letters))


def is_heading(line: str) -> bool:
    """Whether a line by itself reads as a heading: short, begun well, not ended."""
    text = line.strip()
    if not text or len(text) > LONGEST_HEADING or not LETTERS.search(text):
        return False
    if MARKUP.match(text):
        return True
    return not (text[0].islower() or text[0] in "•·*-–—(" or is_row(text) or ends(text))


def is_prose(text: str) -> bool:
    """Whether a text is made of sentences rather than of rows and headings."""
    kinds = [block.kind for block in blocks(text)]
    return Kind.PROSE in kinds and Kind.TABLE not in kinds


def ends(text: str) -> bool:
    """Whether a sentence may end here; a title in capitals may end with a colon."""
    bare = text.rstrip(CLOSING)
    return bool(bare) and bare[-1] in TERMINAL and not (bare[-1] in ":：" and len(bare) < 60)


def lines(text: str) -> list[Line]:
    """The lines of a page with their offsets; blank ones have an empty text."""
    found, start = [], 0
    for raw in text.split("\n"):
        bare = raw.strip()
        first = start + (raw.find(bare) if bare else 0)
        found.append(Line(first, first + len(bare), bare))
        start += len(raw) + 1
    return found


def width(page: Sequence[Line]) -> int:
    """How wide the page is set: shorter lines end a paragraph or are a heading."""
    lengths = sorted(len(line.text) for line in page if line.text)
    return min(WIDEST_LINE, lengths[len(lengths) * 9 // 10]) if lengths else 0


def kinds(page: Sequence[Line]) -> list[Kind]:
    """The kind of each line, judged with the line before it and the one after."""
    full = width(page) * 0.7
    found: list[Kind] = []
    open_sentence = False
    for number, line in enumerate(page):
        after = page[number + 1].text if number + 1 < len(page) else ""
        found.append(_kind(line.text, after, open_sentence, full))
        open_sentence = found[-1] is Kind.PROSE and not ends(line.text)
    return found


def _kind(line: str, after: str, open_sentence: bool, full: float) -> Kind:
    if not line:
        return Kind.BLANK
    if is_row(line):
        return Kind.TABLE
    if MARKUP.match(line) and is_heading(line):
        return Kind.HEADING
    if open_sentence or not is_heading(line) or after[:1].islower():
        return Kind.PROSE
    return Kind.HEADING if not after or len(line) < full else Kind.PROSE


def blocks(text: str, furniture: frozenset[str] = frozenset()) -> list[Block]:
    """The page as blocks in reading order; repeated headers and footers are left out."""
    page = [line for line in lines(text) if shape(line.text) not in furniture]
    marked = list(zip(_tables_joined(kinds(page)), page, strict=True))
    found = []
    for kind, group in groupby(marked, key=lambda pair: pair[0]):
        members = [line for _, line in group]
        if kind is Kind.HEADING:
            found += [Block(kind, line.start, line.end) for line in members]
        elif kind is not Kind.BLANK:
            found.append(Block(kind, members[0].start, members[-1].end))
    return found


def _tables_joined(found: list[Kind]) -> list[Kind]:
    """Labels between rows ("Operating expenses:") belong to the table."""
    joined = list(found)
    rows = [number for number, kind in enumerate(found) if kind is Kind.TABLE]
    for left, right in zip(rows, rows[1:], strict=False):
        between = found[left + 1 : right]
        if len(between) <= 3 and Kind.PROSE not in between:
            joined[left + 1 : right] = [Kind.TABLE] * len(between)
    return joined


def shape(line: str) -> str:
    """A line with its numbers taken out, so that "Page 3" and "Page 4" are the same."""
    return re.sub(r"\d+", "#", line.strip())


def furniture(pages: Sequence[str]) -> frozenset[str]:
    """The shapes of lines that stand at the top or the bottom of many pages."""
    if len(pages) < 3:
        return frozenset()
    seen: Counter[str] = Counter()
    for text in pages:
        filled = [line for line in text.split("\n") if line.strip()]
        seen.update({shape(line) for line in filled[:3] + filled[-3:]})
    return frozenset(found for found, times in seen.items() if times >= max(3, len(pages) // 3))
