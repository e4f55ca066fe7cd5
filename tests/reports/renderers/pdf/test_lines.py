"""Lines are as full as they can be, never wider than their column, and lose nothing."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.renderers import theme
from reports.renderers.pdf.fonts import Fonts, printable
from reports.renderers.pdf.lines import compose
from reports.renderers.pdf.words import BREAK, Span
from tests.effort import calls
from tests.reports.renderers.pdf.letters import LETTERS

WIDTH = 200.0
CHINESE = "市场进入战略的关键发现包括监管风险与竞争格局。"
FONTS = Fonts([string.printable, LETTERS, CHINESE])


def lines(*spans: Span | str, width: float = WIDTH) -> list[str]:
    """What each line says."""
    parts = [Span(one) if isinstance(one, str) else one for one in spans]
    made = compose(parts, theme.BODY, FONTS, width).lines
    assert all(line.width <= width + 0.01 for line in made)
    return ["".join(piece.said or piece.text for piece in line.pieces) for line in made]


def test_words_go_on_a_line_until_it_is_full():
    said = "the quick brown fox jumps over the lazy dog and does it again until the line ends"
    made = lines(said)
    assert " ".join(made) == said
    assert len(made) == 2


def test_a_space_at_the_end_of_a_line_is_not_printed():
    assert all(line == line.strip() for line in lines("word " * 60))


def test_a_citation_never_begins_a_line():
    for length in range(1, 60):
        sentence = "x" * length + " yyyy yyyy yyyy yyyy"
        made = lines(sentence, Span("\u00a0"), Span("[12]", link="#source-12", glued=True))
        assert not any(line.startswith(("[", "\u00a0")) for line in made)


def test_a_word_wider_than_the_line_is_cut_and_nothing_of_it_lost():
    made = lines("a" * 500)
    assert len(made) > 5
    assert "".join(made) == "a" * 500


def test_cutting_long_words_is_work_by_their_length():
    short, long = (calls(lambda length=n: lines("a" * length)) for n in (5_000, 40_000))
    assert long < 10 * short


def test_chinese_is_broken_between_characters_but_not_before_a_full_stop():
    made = lines(CHINESE * 4)
    assert len(made) > 2
    assert not any(line.startswith(("。", "，")) for line in made)


def test_a_break_ends_a_line_where_it_stands():
    assert lines("above", BREAK, "below") == ["above", "below"]


def test_line_feeds_and_tabs_of_a_source_are_spaces():
    assert lines("a\n b\t\tc\u2028d") == ["a b c d"]


def test_a_space_that_holds_words_together_does_so():
    assert not any(line.endswith("12") for line in lines("many words " * 9 + "12\u00a0million"))


def test_words_in_arabic_stay_in_their_own_order_inside_an_english_sentence():
    words = "x إيرادات الشركة y"
    [line] = compose([Span(words)], theme.BODY, Fonts([words]), WIDTH).lines
    said = [piece.said or piece.text for piece in line.pieces]
    assert said == ["x ", "إيرادات الشركة", " ", "y"]


def test_an_address_may_break_behind_its_slashes_and_a_negative_number_does_not():
    made = lines("https://example.com/reports/2027/alberta/oilfield-services/outlook")
    assert made[0].endswith(("/", "-"))
    assert "-5.2%" in " ".join(lines("fell by -5.2% " * 30)).split()


@pytest.mark.parametrize("width", [1.0, 9.0])
def test_a_column_narrower_than_a_letter_still_ends(width):
    made = compose([Span("wide")], theme.BODY, FONTS, width).lines
    assert "".join(piece.text for line in made for piece in line.pieces) == "wide"


@settings(max_examples=150, deadline=None)
@given(st.text(LETTERS, max_size=60), st.sampled_from([20.0, 60.0, 200.0]))
def test_no_text_loses_a_letter(text, width):
    made = compose([Span(text)], theme.BODY, FONTS, width).lines
    printed = "".join(piece.said or piece.text for line in made for piece in line.pieces)
    expected = re.sub("[ \u200b\u200c\u200d]", "", printable(text))
    for letter in "\u202e\x00\U0001f600":
        expected = expected.replace(letter, f"[U+{ord(letter):04X}]")
    assert sorted(re.sub("[ \u200c\u200d]", "", printed)) == sorted(expected)
