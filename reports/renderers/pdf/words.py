"""Words of any script as pieces of type that know their width."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from reportlab.pdfbase.ttfonts import ShapedStr

from reports.renderers.pdf import bidi
from reports.renderers.pdf.fonts import SHAPED, Fonts, printable
from reports.renderers.theme import Type

# Characters of scripts without spaces between words: a line may end before and after each.
WIDE = (
    "\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uffef\U00020000-\U0003fffd"
)
# What may not begin a line, and what may not end one, beside them.
CLOSING = re.escape(
    ".,:;?!)]}%\u00bb\u2019\u201d\u2026\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015"
    "\u30fc\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
)
OPENING = re.escape("([{\u00ab\u2018\u201c\u3008\u300a\u300c\u300e\u3010\u3014\uff08")
TOKEN = re.compile(
    f"(?P<end>\n)"
    f"|(?P<space> +|\u200b+)"
    f"|(?P<wide>[{OPENING}]*[{WIDE}][{CLOSING}]*)"
    f"|[^ \n\u200b{WIDE}]+?(?:(?P<joint>(?<=\\w)[-/\u2013\u2014](?=\\w))|(?=[ \n\u200b{WIDE}]|$))"
)
CLOSES = re.compile(f"[{CLOSING}]")


class Span(NamedTuple):
    """A stretch of text in one manner; "" is what its paragraph has.

    `link` is "#anchor" inside the report or a web address; `wash` the colour behind it. `glued`
    ones, such as citations, stay on the line of what stands before them and run from left to
    right whatever is around them.
    """

    text: str
    face: str = ""
    colour: str = ""
    scale: float = 1.0
    link: str = ""
    wash: str = ""
    glued: bool = False


# Ends a line. No other text has a line feed when it is set.
BREAK = Span("\n")


class Manner(NamedTuple):
    """All that makes two neighbouring pieces look and act alike."""

    font: str
    size: float
    colour: str
    link: str
    wash: str
    level: int


class Run(NamedTuple):
    text: str
    manner: Manner
    glued: bool


class Piece(NamedTuple):
    """Text in one manner as it is drawn; `said` is what it reads as, if that differs."""

    text: str
    manner: Manner
    width: float
    said: str = ""


class Word(NamedTuple):
    """What is broken only if it is wider than a line; `space` is the gap after it."""

    pieces: tuple[Piece, ...]
    space: tuple[Piece, ...] = ()
    ends_line: bool = False

    @property
    def width(self) -> float:
        return sum(piece.width for piece in self.pieces)

    @property
    def gap(self) -> float:
        return sum(piece.width for piece in self.space)


def runs_of(span: Span, style: Type, fonts: Fonts) -> Iterator[Run]:
    face, colour = span.face or style.face, span.colour or style.colour
    manner = Manner("", style.size * span.scale, colour, span.link, span.wash, 0)
    if span is BREAK:
        yield Run(span.text, manner, glued=False)
        return
    glued = span.glued
    for font, text in fonts.runs(printable(span.text), face):
        yield Run(text, manner._replace(font=font), glued)
        glued = False


def levelled(runs: Sequence[Run], base: int) -> Iterator[Run]:
    """The runs cut where the direction of writing changes."""
    text = "".join(bidi.OBJECT * len(run.text) if run.glued else run.text for run in runs)
    levels = iter(bidi.levels(text, base))
    for run in runs:
        own = islice(levels, len(run.text))
        marks = "".join(chr(level + (level % 2) * run.glued) for level in own)
        for same in re.finditer("(?s)(.)\\1*", marks):
            manner = run.manner._replace(level=ord(same[1]))
            yield run._replace(text=run.text[slice(*same.span())], manner=manner)


def piece_of(text: str, manner: Manner, fonts: Fonts) -> Piece:
    if manner.font in SHAPED:
        drawn = fonts.shaped(text, manner.font)
        return Piece(drawn, manner, _shaped_width(drawn, manner, fonts), text)
    width = fonts.width(text, manner.font, manner.size)
    if manner.level % 2:
        return Piece(bidi.mirrored(text), manner, width, text)
    # ReportLab's own map from glyphs to letters ends at U+FFFF.
    said = text if not text.isascii() and max(text) > "\uffff" else ""
    return Piece(text, manner, width, said)


def _shaped_width(drawn: str, manner: Manner, fonts: Fonts) -> float:
    if isinstance(drawn, ShapedStr):
        return float(sum(one.x_advance for one in drawn.__shapeData__) * manner.size / 1000)
    return fonts.width(drawn, manner.font, manner.size)


class Words:
    """Collects runs into words; a word may have pieces in several manners."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._words: list[Word] = []
        self._open: list[Piece] = []

    def add(self, run: Run) -> None:
        glued = run.glued
        for token in TOKEN.finditer(run.text):
            if token["end"]:
                self._close()
                self._words.append(Word((), ends_line=True))
            elif token["space"]:
                self._space(token[0], run.manner)
            else:
                self._token(token, run.manner, glued)
            glued = False

    def finished(self) -> list[Word]:
        self._close()
        return self._words

    def _token(self, token: re.Match[str], manner: Manner, glued: bool) -> None:
        if glued or CLOSES.match(token[0]):
            self._reopen()
        elif token["wide"]:
            self._close()
        self._open.append(piece_of(token[0], manner, self._fonts))
        if token["wide"] or token["joint"]:
            self._close()

    def _space(self, text: str, manner: Manner) -> None:
        space = (piece_of(" ", manner, self._fonts),) if text.startswith(" ") else ()
        if self._open:
            self._close(space)
        elif self._words:
            self._words[-1] = self._words[-1]._replace(space=space)

    def _close(self, space: tuple[Piece, ...] = ()) -> None:
        if self._open:
            self._words.append(Word(tuple(self._open), space))
            self._open = []

    def _reopen(self) -> None:
        if not self._open and self._words and not self._words[-1].space:
            self._open = list(self._words.pop().pieces)
