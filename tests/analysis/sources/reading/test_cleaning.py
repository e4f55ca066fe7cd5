"""What is stored can be stored anywhere, and nothing goes unsaid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.reading import cleaning
from analysis.sources.reading.cleaning import cleaned, suspicions


def codes_of(raw: str) -> list[str]:
    return [warning.code for warning in suspicions(raw)]


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_any_text_becomes_one_that_can_be_stored(raw):
    text = cleaned(raw)

    assert "\x00" not in text
    assert text.encode().decode() == text
    assert cleaned(text) == text


def test_no_character_that_is_searched_for_passes_as_plain():
    every = "".join(map(chr, range(0x110000)))
    plain = cleaning.ODD.sub("", every)
    searched = ("BREAKS", "CONTROLS", "SURROGATES", "OVERRIDES", "HIDDEN")

    assert cleaning.is_plain(plain)
    assert "\n" in plain
    assert [name for name in searched if getattr(cleaning, name).search(plain)] == []


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_break_becomes_the_same(end):
    assert cleaned(f"a{end}b") == "a\nb"
    assert codes_of(f"a{end}b") == []


def test_ordinary_text_of_any_script_is_left_as_it_is():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    text = f"Größe\t1\u00a0%, 練習, \u200fعربي\u200e, {family}, क्\u200dष"

    assert cleaned(text) == text
    assert codes_of(text) == []


def test_control_characters_are_taken_out_and_counted():
    assert cleaned("a\x00b\x1bc\ud800") == "abc\ufffd"
    assert codes_of("a\x00b") == ["control_characters_removed"]
    assert "3 control" in suspicions("a\x00b\x1bc\ud800")[0].detail


def test_marks_that_turn_the_text_around_are_taken_out():
    assert cleaned("invoice\u202efdp.exe") == "invoicefdp.exe"
    assert codes_of("invoice\u202efdp.exe") == ["direction_overrides_removed"]


@pytest.mark.parametrize(
    "hidden",
    [
        "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all"),
        "\u200b\u200c\u200d\u200b",
        "\ufe00\ufe01\ufe02\ufe03",
    ],
)
def test_letters_that_nobody_sees_are_kept_and_told(hidden):
    text = f"The price rose.{hidden}"

    assert cleaned(text) == text
    assert codes_of(text) == ["hidden_text_suspected"]


def test_a_flag_is_no_hidden_text():
    england = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"

    assert codes_of(f"Made in {england}") == []
