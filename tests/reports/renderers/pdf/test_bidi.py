"""Directions are those of the Unicode Bidirectional Algorithm (UAX #9), line by line."""

import pytest

from reports.renderers.pdf import bidi

# Upper-case letters stand for Hebrew ones, so that the cases can be read.
HEBREW = {chr(ord("A") + at): chr(0x5D0 + at) for at in range(26)}
LATIN = {hebrew: latin for latin, hebrew in HEBREW.items()}


def shown(text: str, base: int | None = None) -> str:
    """How a line of the text is printed, from left to right."""
    logical = "".join(HEBREW.get(c, c) for c in text)
    levels = bidi.levels(logical, bidi.base_level(logical) if base is None else base)
    pieces = [
        (bidi.mirrored(c) if level % 2 else c, level)
        for c, level in zip(logical, levels, strict=True)
    ]
    return "".join(LATIN.get(c, c) for c, _ in bidi.visual(pieces, lambda piece: piece[1]))


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("all from left to right", "all from left to right"),
        ("he said ABC DEF twice", "he said FED CBA twice"),
        ("ABC def GHI", "IHG def CBA"),
        ("ABC 123 DEF", "FED 123 CBA"),
        ("ABC 1,234.50 DEF", "FED 1,234.50 CBA"),
        ("price ABC 12% more", "price 12% CBA more"),
        ("ABC (DEF) GHI", "IHG (FED) CBA"),
        ("ABC.", ".CBA"),
        ("see (ABC) now", "see (CBA) now"),
        ("", ""),
    ],
)
def test_a_line_is_printed_in_the_order_of_its_directions(logical, visual):
    assert shown(logical) == visual


def test_digits_behind_arabic_letters_are_arabic_so_their_percent_sign_moves():
    text = "\u0628 12%"
    assert bidi.levels(text, 1) == [1, 1, 2, 2, 1]


def test_a_mark_goes_with_the_letter_it_stands_on():
    assert bidi.levels("a\u05d0\u05b8b", 0) == [0, 1, 1, 0]


@pytest.mark.parametrize(("text", "level"), [("12 \u05d0", 1), ("12 a \u05d0", 0), ("...", 0)])
def test_the_first_letter_decides_where_a_paragraph_begins(text, level):
    assert bidi.base_level(text) == level


@pytest.mark.parametrize(
    ("text", "turns"), [("plain", False), ("Ünïcode 市", False), ("a \u0627", True)]
)
def test_only_text_with_such_letters_is_looked_at(text, turns):
    assert bidi.turns(text) is turns
