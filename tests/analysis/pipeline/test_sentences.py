import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.pipeline.sentences import is_sentence, sentence_spans


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def test_an_abbreviation_of_money_does_not_end_a_sentence() -> None:
    text = "Revenue was €2.3 bn. for the year. It cost approx. EUR 5 mn. to build."
    assert sentences(text) == [
        "Revenue was €2.3 bn. for the year.",
        "It cost approx. EUR 5 mn. to build.",
    ]


def test_titles_numbers_and_initials_do_not_end_a_sentence() -> None:
    text = "Dr. Smith et al. (Fig. 3) saw No. 5 rise by 2.5 % in the U.S. market. It then fell."
    assert sentences(text) == [
        "Dr. Smith et al. (Fig. 3) saw No. 5 rise by 2.5 % in the U.S. market.",
        "It then fell.",
    ]


def test_a_name_that_begins_with_a_small_letter_begins_a_sentence() -> None:
    assert sentences("Sales rose. iPhone led them.") == ["Sales rose.", "iPhone led them."]


def test_a_line_break_inside_a_paragraph_is_kept_in_the_exact_words() -> None:
    text = "This paragraph is set in lines as they are printed in the\nreport. It goes on here."
    assert sentences(text) == [
        "This paragraph is set in lines as they are printed in the\nreport.",
        "It goes on here.",
    ]


def test_a_full_line_goes_on_with_a_name_and_a_short_one_with_a_small_letter() -> None:
    full = "In the year before, the plant made more steel than any other one in\nLyon and Nice did."
    short = "The plant\nmade more steel than any other one in Lyon and in all of Nice did."
    assert sentences(full) == [full]
    assert sentences(short) == [short]


def test_a_short_line_does_not_go_on_with_a_capital() -> None:
    text = "tsquery || tsquery\nThe operator joins two queries so that either of them may match."
    assert sentences(text) == ["The operator joins two queries so that either of them may match."]


def test_half_a_sentence_is_none() -> None:
    text = "and so it went on from the page before. A whole one stands here. The last is cut"
    assert sentences(text) == ["A whole one stands here."]


def test_rows_and_headings_are_no_sentences() -> None:
    text = (
        "Operating Expenses\nThey were as follows (in millions):\nThree Months Ended\n"
        "Research and development $ 6,797 $ 5,717\nSelling, general 6,012 5,412\n"
        "Both grew because more people were hired during the year."
    )
    assert sentences(text) == ["Both grew because more people were hired during the year."]


def test_the_points_of_a_list_are_sentences_without_their_bullets() -> None:
    text = "• The first point is made here.\n• The second point is made here."
    assert sentences(text) == ["The first point is made here.", "The second point is made here."]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("zh", "这是一个句子。这是另一个！好吗？", 3),
        ("ja", "これは文です。次の文です。", 2),
        ("ar", "هذا نص طويل. وهذا نص آخر؟ نعم.", 3),
        ("de", "Das gilt z. B. hier. Am 3. Mai kam er mit 2,3 Mrd. Euro an.", 2),
        ("fr", "La société a gagné 2,3 Mds. d'euros. M. Dupont est parti.", 2),
        ("", "这是一个句子。这是另一个。", 2),
    ],
)
def test_sentences_of_other_languages(language: str, text: str, count: int) -> None:
    found = sentences(text, language)
    assert len(found) == count
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_paragraph_as_long_as_a_book_is_cut_in_time() -> None:
    start = time.process_time()
    assert len(sentences("这是一个句子。" * 60_000, "zh")) == 60_000
    assert time.process_time() - start < 10  # half a second; by the square of its length 30 s


@given(st.text(alphabet="Ab c.!?\n\t,:;1$|•(\"'。é", max_size=300))
def test_spans_are_in_order_and_bounded_by_words(text: str) -> None:
    last = 0
    for start, end in sentence_spans(text, "en"):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert is_sentence(text[start:end])
        last = end


@pytest.mark.parametrize("word", ["month", "met", "reports", "bed", "sleep", "day", "found"])
def test_an_everyday_word_ends_a_sentence_although_it_may_be_an_abbreviation(word: str) -> None:
    text = f"They spoke of it again and again until the {word}. Analysts expected nothing else."
    assert [text[start:end] for start, end in sentence_spans(text, "en")] == [
        f"They spoke of it again and again until the {word}.",
        "Analysts expected nothing else.",
    ]


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2028", "\u3000"])
@pytest.mark.parametrize("language", ["fr", "de", "ja"])
def test_a_blank_of_another_kind_before_a_full_stop_ends_no_process(blank, language):
    text = f"M{blank}. Dupont est venu. Il est parti。"
    last = sentences(text, language)[-1]
    assert last.endswith("Il est parti。")
