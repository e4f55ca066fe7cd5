"""A text is known again although a few words of it differ, and only then."""

import random

import pytest

from analysis.importing.prints import SAME, Print, numbers_agree, print_of
from tests.analysis.importing.conftest import WORDS

DICE = random.Random(7)  # noqa: S311 - the same text in every run
TEXT = " ".join(f"{DICE.choice(WORDS)}{DICE.choice('abcdefgh')}" for _ in range(600))


def similarity(one: Print, other: Print) -> float:
    return float((one.minhash() == other.minhash()).mean())


def changed(text: str, words: int) -> str:
    parts = text.split()
    for at in range(0, len(parts), len(parts) // words):
        parts[at] = "changed"
    return " ".join(parts)


def test_spaces_and_capitals_make_no_other_text():
    one, other = print_of("Wheat  prices\nrose in May."), print_of("wheat prices rose in may")
    assert similarity(one, other) == 1.0
    assert print_of("a  b").text_sha256 == print_of("a\nb").text_sha256


def test_a_word_is_the_same_wherever_it_stands_and_whatever_stands_around_it():
    one = print_of(f"{'x ' * 900}(wheat), prices rose")
    other = print_of("x x x Wheat prices: ROSE.")
    assert similarity(one, other) == 1.0


def test_of_a_very_long_text_only_the_front_counts():
    long = " ".join(TEXT for _ in range(80))
    other = " ".join(sorted(TEXT.split()))
    assert similarity(print_of(TEXT), print_of(f"{TEXT} {other}")) < SAME
    assert similarity(print_of(long), print_of(f"{long} {other}")) == 1.0


def test_a_few_changed_words_leave_a_near_duplicate():
    assert similarity(print_of(TEXT), print_of(changed(TEXT, 15))) >= SAME


def test_many_changed_words_do_not():
    assert similarity(print_of(TEXT), print_of(changed(TEXT, 120))) < SAME
    assert similarity(print_of(TEXT), print_of(" ".join(sorted(TEXT.split())))) < 0.2


@pytest.mark.parametrize("text", ["", "one", "one two", "2024"])
def test_the_shortest_texts_have_prints(text):
    assert print_of(text) == print_of(text)


def test_scripts_without_blanks_are_compared_by_their_characters():
    text = "小麦价格在五月上涨因为出口增加而库存减少农民等待雨水面粉厂购买更多合同"
    one, other = print_of(text), print_of(text.replace("五月", "六月"))
    assert 0.5 < similarity(one, other) < 1


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("up 5 in 2024", "up 5 in 2024", True),
        ("up 5 in 2024", "up 5 in 2024, page 7", True),
        ("up 5 in 2024", "up 6 in 2024", False),
        ("no numbers", "up 6", True),
        ("up 5 in 2024", "in 2024, by Q5: up 5", True),
        ("5%", "Q5", False),
        ("ارتفع ٥ في ٢٠٢٤", "ارتفع ٦ في ٢٠٢٤", False),
        ("2024年5月", "2024年6月", False),
        ("2024年5月", "5月 2024", True),
    ],
)
def test_numbers_agree_when_those_of_one_stand_in_the_other(one, other, agree):
    assert numbers_agree(print_of(one).number_hashes(), print_of(other).number_hashes()) is agree
