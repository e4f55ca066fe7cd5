"""A font for the Chinese, Japanese and Korean characters of one report.

The whole family has 65,535 glyphs in 19 MB, in a format that ReportLab refuses (CFF outlines).
So the characters that a report needs are cut out (by HarfBuzz) and converted (by fontTools) when
it needs any: about a second for 1,500 of them, nothing for a report without.
"""

import io
from collections.abc import Iterable
from typing import Any

import noto_cjk_sans_otc
import uharfbuzz
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

# The same code point is drawn differently by region: members of the font collection.
JAPANESE, KOREAN, CHINESE = 0, 1, 2
# How far a converted curve may be from the original, in thousandths of the type size.
TOLERANCE = 1.0
POST_WITHOUT_NAMES = 3.0
LIMITS = (
    *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints"),
    *("maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"),
)
DROPPED = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"VORG", b"vhea", b"vmtx")


def is_cjk(character: str) -> bool:
    """Whether the character belongs to a script that this font is for."""
    code = ord(character)
    return (
        0x1100 <= code <= 0x11FF
        or 0x2E80 <= code <= 0xA4CF
        or 0xA960 <= code <= 0xA97F
        or 0xAC00 <= code <= 0xD7FF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )


def cut(characters: Iterable[str]) -> io.BytesIO:
    """A TrueType font with these characters, as far as the family has them."""
    text, file = "".join(sorted(characters)), io.BytesIO()
    with TTFont(io.BytesIO(_subset(text)), recalcTimestamp=False) as font:
        _convert(font)
        font.save(file)
    file.seek(0)
    return file


def _subset(text: str) -> bytes:
    family = uharfbuzz.Blob.from_file_path(str(noto_cjk_sans_otc.FONT_PATH))
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, text))
    wanted.layout_feature_tag_set.clear()
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in DROPPED)
    cut_out = uharfbuzz.subset(uharfbuzz.Face(family, _region(text)), wanted)
    return bytes(cut_out.blob.data)


def _region(text: str) -> int:
    if any("\u3041" <= c <= "\u30ff" for c in text):
        return JAPANESE
    if any("\uac00" <= c <= "\ud7a3" for c in text):
        return KOREAN
    return CHINESE


def _convert(font: Any) -> None:
    """Replace the CFF outlines by quadratic ones, in place."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder = order
    table.glyphs = {name: _quadratic(drawn, name) for name in order}
    del font["CFF "]
    _head(font)


def _quadratic(drawn: Any, name: str) -> Any:
    pen = TTGlyphPen(drawn)
    drawn[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
    return pen.glyph()


def _head(font: Any) -> None:
    """Say in the other tables that the outlines are TrueType's; there are no instructions."""
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    vars(limits).update(dict.fromkeys(LIMITS, 0))
    font["post"].formatType = POST_WITHOUT_NAMES
    font.sfntVersion = "\x00\x01\x00\x00"
