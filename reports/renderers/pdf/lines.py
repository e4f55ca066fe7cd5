"""Words set into lines and put in the order in which they are read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from reports.renderers.pdf import bidi
from reports.renderers.pdf.fonts import Fonts
from reports.renderers.pdf.words import (
    Manner,
    Piece,
    Span,
    Word,
    Words,
    levelled,
    piece_of,
    runs_of,
)
from reports.renderers.theme import Type


class Line(NamedTuple):
    """Pieces from left to right."""

    pieces: tuple[Piece, ...]
    width: float


class Setting(NamedTuple):
    """A paragraph set to a width; `turned` ones begin at the right."""

    lines: tuple[Line, ...]
    turned: bool


def compose(spans: Iterable[Span], style: Type, fonts: Fonts, width: float) -> Setting:
    """Set a paragraph. Takes time by its length, also where a word is wider than a line."""
    runs = [run for span in spans for run in runs_of(span, style, fonts)]
    text, turned = "".join(run.text for run in runs), False
    if bidi.turns(text):
        base = bidi.base_level(text)
        runs, turned = list(levelled(runs, base)), bool(base)
    words = Words(fonts)
    for run in runs:
        words.add(run)
    lines = [_line(line, fonts) for line in _filled(words.finished(), width, fonts)]
    return Setting(tuple(lines) or (Line((), 0.0),), turned)


def _filled(words: Iterable[Word], width: float, fonts: Fonts) -> Iterator[list[Word]]:
    """As many words on each line as it takes."""
    line: list[Word] = []
    used = 0.0
    for word in _narrowed(words, width, fonts):
        wide = word.width
        if line and used + wide > width:
            yield line
            line, used = [], 0.0
        line.append(word)
        used += wide + word.gap
        if word.ends_line:
            yield line
            line, used = [], 0.0
    if line:
        yield line


def _narrowed(words: Iterable[Word], width: float, fonts: Fonts) -> Iterator[Word]:
    """The words, those that are wider than a line cut into parts that are not."""
    for word in words:
        if word.width <= width:
            yield word
        else:
            *parts, last = _cut(word, width, fonts)
            yield from map(Word, parts)
            yield word._replace(pieces=last)


def _cut(word: Word, width: float, fonts: Fonts) -> Iterator[tuple[Piece, ...]]:
    part: list[Piece] = []
    used = 0.0
    for letter in _letters(word, fonts):
        if part and used + letter.width > width:
            yield _joined(part, fonts)
            part, used = [], 0.0
        part.append(letter)
        used += letter.width
    yield _joined(part, fonts)


def _letters(word: Word, fonts: Fonts) -> Iterator[Piece]:
    """The word letter by letter, marks with what they stand on."""
    for piece in word.pieces:
        for letter in re.findall("(?s).[\u0300-\u036f]*", piece.said or piece.text):
            yield piece_of(letter, piece.manner, fonts)


def _joined(pieces: Iterable[Piece], fonts: Fonts) -> tuple[Piece, ...]:
    """Neighbours in one manner as one piece."""
    return tuple(
        _one(manner, list(same), fonts) for manner, same in groupby(pieces, attrgetter("manner"))
    )


def _one(manner: Manner, same: list[Piece], fonts: Fonts) -> Piece:
    if len(same) == 1:
        return same[0]
    if any(piece.said for piece in same):
        return piece_of("".join(piece.said or piece.text for piece in same), manner, fonts)
    text = "".join(piece.text for piece in same)
    return Piece(text, manner, sum(piece.width for piece in same))


def _line(words: Sequence[Word], fonts: Fonts) -> Line:
    pieces = [piece for word in words[:-1] for piece in word.pieces + word.space]
    joined = _joined(pieces + list(words[-1].pieces), fonts)
    if any(piece.manner.level for piece in joined):
        joined = tuple(bidi.visual(joined, lambda piece: piece.manner.level))
    return Line(joined, sum(piece.width for piece in joined))
