"""Type, colour and spacing of every report, said once."""

from typing import NamedTuple

from analysis.types import Verdict

# --- colour: navy and greys carry everything; the verdicts alone have tints ---------------

INK = "#1C2733"
NAVY = "#0B2A4A"
ACCENT = "#1F5FA6"
MUTED = "#5A6775"
RULE = "#D6DDE5"
WASH = "#F3F6F9"
PALE = "#9DB4CC"
WHITE = "#FFFFFF"


class Tint(NamedTuple):
    """The two colours of a chip; their contrast is at least 4.5 to 1."""

    ink: str
    wash: str


VERDICTS: dict[Verdict, Tint] = {
    Verdict.SUPPORTED: Tint("#22593F", "#E6F1EB"),
    Verdict.PARTIAL: Tint("#77530F", "#F8F0DC"),
    Verdict.CONTRADICTED: Tint("#8E2A26", "#F9E7E5"),
    Verdict.NOT_FOUND: Tint("#8E2A26", "#F9E7E5"),
    Verdict.NOT_CHECKED: Tint("#4B5763", "#E9EDF1"),
}

# --- type: sizes and leadings in points -------------------------------------------------


class Type(NamedTuple):
    """A size of type: the face's name, size, leading, and the space before and after."""

    face: str
    size: float
    leading: float
    before: float = 0
    after: float = 0
    colour: str = INK


SANS, BOLD, ITALIC = "sans", "bold", "italic"
SERIF, DISPLAY = "serif", "display"

TITLE = Type(DISPLAY, 32, 38, colour=WHITE)
TOPIC = Type(SANS, 11.5, 18, colour=PALE)
CHAPTER = Type(DISPLAY, 20, 26, before=30, after=10, colour=NAVY)
SUBHEAD = Type(BOLD, 11, 15, before=16, after=6, colour=NAVY)
LEAD = Type(SERIF, 13, 20, after=10, colour=NAVY)
BODY = Type(SANS, 9.6, 15.2, after=8)
NOTE = Type(ITALIC, 9.6, 15.2, before=2, after=10, colour=MUTED)
ENTRY = Type(SANS, 10, 15)
SMALL = Type(SANS, 8.2, 12.2, after=4, colour=MUTED)
TINY = Type(SANS, 7.2, 10, colour=MUTED)
EYEBROW = Type(BOLD, 7.6, 11, after=3, colour=MUTED)
CAPTION = Type(BOLD, 8.8, 12.5, before=10, after=5, colour=NAVY)
CELL = Type(SANS, 8.6, 12.4)
HEAD_CELL = Type(BOLD, 7.8, 11, colour=MUTED)
NUMBER = Type(DISPLAY, 19, 23, colour=NAVY)
TILE = Type(DISPLAY, 14.5, 19, colour=NAVY)
QUOTE = Type(SERIF, 9.8, 15, after=9)

# --- space: A4, in points ---------------------------------------------------------------

PAGE = (595.28, 841.89)
MARGIN_LEFT = MARGIN_RIGHT = 76.0
MARGIN_TOP = 88.0
MARGIN_BOTTOM = 84.0
MEASURE = PAGE[0] - MARGIN_LEFT - MARGIN_RIGHT
INDENT = 18.0
