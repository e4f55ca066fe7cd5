"""Which font prints which character.

Every report gets font objects of its own: ReportLab adds glyphs to a font while it shapes text,
so shared ones would make the bytes of a report depend on what was rendered before it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.lib.abag import ABag
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeFragWord

from reports.renderers import theme
from reports.renderers.pdf import cjk

FOLDER = Path(__file__).resolve().parents[1] / "fonts"
FACES = {
    theme.SANS: "NotoSans-Regular",
    theme.BOLD: "NotoSans-SemiBold",
    theme.ITALIC: "NotoSans-Italic",
    theme.SERIF: "ReportSerif-Regular",
    theme.DISPLAY: "ReportSerif-Display",
}
# What prints the letters that a face has not.
STAND_INS = {theme.SERIF: theme.SANS, theme.DISPLAY: theme.BOLD}
SYMBOLS = ("NotoSansMath-Regular", "NotoSansSymbols-Regular", "NotoSansSymbols2-Regular")


class Script(NamedTuple):
    """A range of Unicode and the font for it; `shaped` scripts join or move their letters."""

    first: int
    last: int
    font: str
    shaped: bool = True


SCRIPTS = (
    Script(0x0530, 0x058F, "NotoSansArmenian-Regular", shaped=False),
    Script(0x0590, 0x05FF, "NotoSansHebrew-Regular"),
    Script(0x0600, 0x08FF, "NotoSansArabic-Regular"),
    Script(0x0900, 0x097F, "NotoSansDevanagari-Regular"),
    Script(0x0980, 0x09FF, "NotoSansBengali-Regular"),
    Script(0x0A00, 0x0A7F, "NotoSansGurmukhi-Regular"),
    Script(0x0A80, 0x0AFF, "NotoSansGujarati-Regular"),
    Script(0x0B00, 0x0B7F, "NotoSansOriya-Regular"),
    Script(0x0B80, 0x0BFF, "NotoSansTamil-Regular"),
    Script(0x0C00, 0x0C7F, "NotoSansTelugu-Regular"),
    Script(0x0C80, 0x0CFF, "NotoSansKannada-Regular"),
    Script(0x0D00, 0x0D7F, "NotoSansMalayalam-Regular"),
    Script(0x0D80, 0x0DFF, "NotoSansSinhala-Regular"),
    Script(0x0E00, 0x0E7F, "NotoSansThai-Regular"),
    Script(0x0E80, 0x0EFF, "NotoSansLao-Regular"),
    Script(0x1000, 0x109F, "NotoSansMyanmar-Regular"),
    Script(0x10A0, 0x10FF, "NotoSansGeorgian-Regular", shaped=False),
    Script(0x1200, 0x139F, "NotoSansEthiopic-Regular", shaped=False),
    Script(0x1780, 0x17FF, "NotoSansKhmer-Regular"),
    Script(0x1C90, 0x1CBF, "NotoSansGeorgian-Regular", shaped=False),
    Script(0xFB1D, 0xFB4F, "NotoSansHebrew-Regular"),
    Script(0xFB50, 0xFDFF, "NotoSansArabic-Regular"),
    Script(0xFE70, 0xFEFE, "NotoSansArabic-Regular"),
)
SHAPED = frozenset(script.font for script in SCRIPTS if script.shaped)

# So many shaped words are kept to be used again.
MOST_SHAPED = 20_000
JOINERS = "\u200c\u200d"
# Not the spaces that hold words together: U+00A0, U+2007, U+202F.
SPACES = re.compile("[\t-\r\x1c-\x20\x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+")
# Without a form of their own; direction marks would only turn our own layout around.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200e\u200f\u202a-\u202c\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
# Overrides change what words seem to say, so they are shown like control characters.
OVERRIDES = "\u202d\u202e"


def printable(text: str) -> str:
    """The text on one line, composed (form C), without characters that have no form at all."""
    return UNSEEN.sub("", unicodedata.normalize("NFC", SPACES.sub(" ", text)))


class Fonts:
    """The fonts of one report, loaded when a character first needs them."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are all that the report will print."""
        self._loaded: dict[str, TTFont] = {}
        self._chosen: dict[tuple[str, str], str] = {}
        self._shaped: dict[tuple[str, str], str] = {}
        self._widths: dict[tuple[str, str], float] = {}
        self._cjk = False
        characters = set().union(*map(printable, texts))
        self._load_cjk(characters)
        self._plain = {face: self._simple(characters, face) for face in FACES}
        self.missing = sorted(c for c in characters if not self._choose(c, theme.SANS))

    def runs(self, text: str, face: str) -> Iterator[tuple[str, str]]:
        """The text as (name of a font, what it prints); code points for what no font has."""
        if self._plain[face].issuperset(text):
            yield FACES[face], text
            return
        last = ""
        names = []
        for character in text:
            last = self._name(character, face, last)
            names.append(last)
        for name, pairs in groupby(zip(names, text, strict=True), key=lambda pair: pair[0]):
            run = "".join(character for _, character in pairs)
            yield self._printed(name, run, face)

    def width(self, text: str, name: str, size: float) -> float:
        """Points that the text takes in a line."""
        key = (text, name)
        if key not in self._widths:
            self._widths[key] = self[name].stringWidth(text, 1000)
        return self._widths[key] * size / 1000

    def shaped(self, text: str, name: str) -> str:
        """The text as glyphs in the order and at the places that its script wants.

        A ShapedStr, or the text itself where nothing moves.
        """
        key = (text, name)
        if key not in self._shaped:
            if len(self._shaped) > MOST_SHAPED:
                self._shaped.clear()
            self._shaped[key] = self._shape(text, name)
        return self._shaped[key]

    def _shape(self, text: str, name: str) -> str:
        fragment = ABag(fontName=self[name].fontName, fontSize=1000)
        # ReportLab would also ask for discretionary ligatures, which change what is read.
        word = shapeFragWord([0, (fragment, text)], features={"kern": True, "liga": True})
        drawn: str = word[1][1]
        return drawn

    def __getitem__(self, name: str) -> TTFont:
        if name not in self._loaded:
            self._add(name, FOLDER / f"{name}.ttf")
        return self._loaded[name]

    def _add(self, name: str, file: Any) -> None:
        font = TTFont(name, file, shapable=name in SHAPED)
        # Else the font of the report before, with its characters, would stay under this name.
        font.unregister()
        pdfmetrics.registerFont(font)
        self._loaded[name] = font

    def _load_cjk(self, characters: set[str]) -> None:
        wanted = {c for c in characters if cjk.is_cjk(c)}
        if wanted:
            self._add("CJK", cjk.cut(wanted))
            self._cjk = True

    def _name(self, character: str, face: str, last: str) -> str:
        """The font of a character; marks and joiners stay with the letter before them."""
        if last and _follows(character, last) and self._has(last, character):
            return last
        key = (character, face)
        if key not in self._chosen:
            self._chosen[key] = self._choose(character, face)
        return self._chosen[key]

    def _simple(self, characters: set[str], face: str) -> frozenset[str]:
        """The characters that the face itself prints, one by one."""
        name = FACES[face]
        simple = (c for c in characters if not _is_mark(c) and self._choose(c, face) == name)
        return frozenset(simple)

    def _choose(self, character: str, face: str) -> str:
        if character in OVERRIDES or unicodedata.category(character) in ("Cc", "Cs"):
            return ""
        candidates = (name for name in self._candidates(character, face))
        return next((name for name in candidates if self._has(name, character)), "")

    def _candidates(self, character: str, face: str) -> Iterator[str]:
        yield FACES[face]
        yield FACES[STAND_INS.get(face, theme.SANS)]
        for script in SCRIPTS:
            if script.first <= ord(character) <= script.last:
                yield script.font
        if not character.isalnum():
            yield from SYMBOLS
        if self._cjk:
            yield "CJK"
        yield from SYMBOLS

    def _has(self, name: str, character: str) -> bool:
        return bool(name) and ord(character) in self[name].face.charToGlyph

    def _printed(self, name: str, run: str, face: str) -> tuple[str, str]:
        if not name:
            return FACES[theme.SANS], "".join(f"[U+{ord(c):04X}]" for c in run)
        if name not in SHAPED:
            run = run.translate({ord(c): None for c in JOINERS})
        return name, run


def _follows(character: str, last: str) -> bool:
    """Whether the character stays with the one before it; words of a shaped script do."""
    return _is_mark(character) or (character == " " and last in SHAPED)


def _is_mark(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character).startswith("M")
