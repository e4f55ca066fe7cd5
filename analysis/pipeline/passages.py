"""Pages cut into passages: whole sentences of one section, or a table with its caption."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from analysis.pipeline import layout
from analysis.pipeline.layout import COLONS, LETTERS, Block, Kind
from analysis.pipeline.sentences import Span, segments, trimmed
from analysis.types import Page

# About 200 words, or a table that is read as one: fewer carry too little of an answer.
LENGTH, TABLE_LENGTH = 1200, 1600
# In scripts without blanks a character says more.
UNSPACED, SHORTER = frozenset({"ja", "zh"}), 0.5
CONTENTS = re.compile(
    r"(?:table of )?contents|inhalt(?:sverzeichnis)?|table des matières|sommaire|índice|indice"
    r"|目[录錄次]|المحتويات",
    re.I,
)
LEADERS = re.compile(r"(?:\.\s?){5,}\d+\s*$", re.M)
LEADING_DOTS = 15  # three lines have at least so many
SHORTEST = 60
# Less prose than this before a table, or table before prose, stays with it.
SHORTEST_ALONE = 200
LONGEST_PIECE = 2000


class Cut(NamedTuple):
    """A passage as two offsets on its page, and the nearest heading above its end."""

    page: int
    start: int
    end: int
    section: str


class Piece(NamedTuple):
    """A heading, a sentence or a row; one that announces must not be parted from the next."""

    kind: Kind
    start: int
    end: int
    announces: bool


def cut(pages: Sequence[Page], language: str, repeated: Collection[str] = ()) -> list[Cut]:
    """The passages of a document in reading order; none crosses into another page.

    `repeated` are the shapes of the lines to leave out, as `layout.furniture` finds them.
    """
    found: list[Cut] = []
    section = ""
    for page in pages:
        for group in packed(page.text, layout.blocks(page.text, repeated), language):
            if is_contents(page.text, group):
                continue
            section = heading(page.text, group) or section
            found.append(Cut(page.number, group[0].start, group[-1].end, section))
    return found


def pieces(text: str, block: Block, language: str) -> list[Piece]:
    """What a block is made of: its sentences, its rows, or itself."""
    return [
        Piece(block.kind, start, end, _announces(text, block.kind, start, end))
        for start, end in _spans(text, block, language)
    ]


def _announces(text: str, kind: Kind, start: int, end: int) -> bool:
    """A heading, a caption ("... as follows:"), or the first line of a record."""
    if kind is not Kind.PROSE:
        return kind is Kind.HEADING
    if text.endswith(COLONS, start, end):
        return True
    return text[max(0, start - 2) : start] in ("", "\n\n") and layout.is_record(text[start:end])


def _spans(text: str, block: Block, language: str) -> list[Span]:
    if block.kind is Kind.HEADING:
        return [(block.start, block.end)]
    if block.kind is Kind.TABLE:
        rows = layout.lines(text[block.start : block.end])
        return [(block.start + row.start, block.start + row.end) for row in rows if row.text]
    found = segments(text, block.start, block.end, language)
    if block.end - block.start <= LONGEST_PIECE:
        return found
    return [part for start, end in found for part in _bounded(text, start, end)]


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """A piece without any sentence end is cut at a blank, lest it fill a whole page."""
    while end - start > LONGEST_PIECE:
        blank = text.rfind(" ", start + 1, start + LENGTH)
        middle = blank if blank > 0 else start + LENGTH
        yield start, middle
        start = middle + (blank > 0)
    yield start, end


def scale(language: str) -> float:
    """How long a passage of a language is, beside one of words between blanks."""
    return SHORTER if language in UNSPACED else 1.0


def packed(text: str, found: Sequence[Block], language: str) -> list[list[Piece]]:
    """Neighbouring pieces of one section and one kind, up to the length of a passage.

    Blocks without a letter (footnote marks, rules) are left out.
    """
    groups: list[list[Piece]] = []
    shorter = scale(language)
    for block in found:
        if LETTERS.search(text, block.start, block.end):
            whole = _whole(text, block, groups, LENGTH * shorter)
            for piece in [whole] if whole else pieces(text, block, language):
                if groups and not _parted(groups[-1], piece, shorter):
                    groups[-1].append(piece)
                else:
                    groups.append([piece])
    return groups


def _whole(text: str, block: Block, groups: Sequence[list[Piece]], most: float) -> Piece | None:
    """A paragraph whose sentences all come into one passage, so that none needs to be found."""
    start = groups[-1][0].start if groups else block.start
    # What announces something, and is parted from what stands before it, has a colon.
    if block.kind is not Kind.PROSE or block.end - start > most or _has_colon(text, block):
        return None
    span = trimmed(text, block.start, block.end)
    return Piece(block.kind, *span, announces=False) if span else None


def _has_colon(text: str, block: Block) -> bool:
    return any(text.find(colon, block.start, block.end) >= 0 for colon in COLONS)


def _parted(group: Sequence[Piece], piece: Piece, scale: float) -> bool:
    most = TABLE_LENGTH if piece.kind is Kind.TABLE else LENGTH
    if piece.end - group[0].start > most * scale:
        return True
    length = group[-1].end - group[0].start
    if group[-1].announces or length < SHORTEST:
        return False
    if piece.kind is not Kind.HEADING and length < SHORTEST_ALONE:
        return piece.kind is group[-1].kind and piece.announces
    return piece.kind is not group[-1].kind or piece.announces


def is_contents(text: str, group: Sequence[Piece]) -> bool:
    """Whether a passage is a table of contents: it repeats the headings and answers nothing."""
    titles = [text[piece.start : piece.end] for piece in group if piece.kind is Kind.HEADING]
    if any(map(CONTENTS.fullmatch, titles)):
        return True
    start, end = group[0].start, group[-1].end
    return text.count(".", start, end) >= LEADING_DOTS and len(LEADERS.findall(text[start:end])) > 2


def heading(text: str, group: Sequence[Piece]) -> str:
    """The heading that a passage begins with: the last one, or a table's longest."""
    above = takewhile(_precedes_text, group)
    spans = [(piece.start, piece.end) for piece in above if piece.kind is Kind.HEADING]
    titles = [" ".join(text[start:end].split()).strip("# ") for start, end in spans]
    titles = [title for title in titles if not title.startswith("(")]
    if not titles:
        return ""
    return max(titles, key=len) if group[-1].kind is Kind.TABLE else titles[-1]


def _precedes_text(piece: Piece) -> bool:
    tiny = piece.end - piece.start < SHORTEST and not piece.announces
    return piece.kind is Kind.HEADING or (piece.kind is Kind.PROSE and tiny)
