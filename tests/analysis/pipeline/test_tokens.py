import pytest

from analysis.pipeline.tokens import Vocabulary, tokens


def test_words_are_folded_and_stemmed_and_stop_words_left_out() -> None:
    assert tokens("The Companies' operating EXPENSES", "en") == tokens(
        "company operate expense", "en"
    )


def test_a_possessive_is_its_name() -> None:
    assert tokens("Apple's sales", "en") == tokens("apple sale", "en")


def test_a_number_is_one_term_without_its_thousands_marks() -> None:
    assert tokens("$81,797 or 2.5%", "en") == ["81797", "2.5"]


def test_parts_of_a_name_count_one_by_one() -> None:
    assert tokens("annual_report_COVID-19", "en") == tokens("annual report covid 19", "en")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("de", "Umsätze", "Umsatz"), ("fr", "sociétés", "société"), ("ar", "الاقتصادية", "الاقتصاد")],
)
def test_words_are_stemmed_by_the_rules_of_their_language(
    language: str, one: str, other: str
) -> None:
    assert tokens(one, language) == tokens(other, language)


def test_accents_do_not_part_a_word_from_itself() -> None:
    assert tokens("Bogotá", "xx") == tokens("bogota", "xx")


def test_chinese_and_japanese_are_pairs_of_characters() -> None:
    assert tokens("石油危机", "zh") == ["石油", "油危", "危机"]
    assert tokens("油", "zh") == ["油"]


def test_a_vocabulary_numbers_each_term_once_and_knows_the_numerals() -> None:
    vocabulary = Vocabulary()
    first, year, again = vocabulary.numbered("sales 2023 sales", "en")
    assert first == again != year
    assert vocabulary.numbers == {year}


@pytest.mark.parametrize(
    "text",
    [
        'The WHO ("who?") says: 3.5%, 1,000.50 and don’t; U.S.A.',
        "THE REPORT OF\nTHE YEAR, as (WHO) said.\u00a0IT is it.",
        "İstanbul’da naïve ﬁnance ² 石油危机2024年 ΟΔΟΣ",
    ],
)
def test_a_vocabulary_finds_the_same_terms_however_often_it_met_the_pieces(text):
    vocabulary = Vocabulary()
    terms = {number: term for _ in range(2) for number, term in _numbered(vocabulary, text)}
    found = [terms[number] for number in vocabulary.numbered(text, "en")]
    assert found == tokens(text, "en")


def _numbered(vocabulary: Vocabulary, text: str) -> list[tuple[int, str]]:
    vocabulary.numbered(text, "en")
    return [(number, term) for term, number in vocabulary.items()]


def test_a_vocabulary_does_not_remember_pieces_without_end(monkeypatch):
    monkeypatch.setattr("analysis.pipeline.tokens.MOST_PIECES", 10)
    vocabulary = Vocabulary()
    first = [vocabulary.numbered(f"word{n} sales", "en") for n in range(50)]
    assert [vocabulary.numbered(f"word{n} sales", "en") for n in range(50)] == first
    assert len(vocabulary) == 51


def test_a_question_adds_no_words_to_the_vocabulary() -> None:
    vocabulary = Vocabulary()
    vocabulary.numbered("net sales", "en")
    assert vocabulary.known("unheard sales, sales", ["en", "de"]) == [vocabulary["sale"]]
    assert len(vocabulary) == 2


def test_a_stop_word_in_capitals_is_a_name_but_not_in_a_line_of_capitals():
    assert tokens("What does the WHO say?", "en") != tokens("What does the who say?", "en")
    assert tokens("The WHO warns", "en")[0] == tokens("warned by the WHO.", "en")[-1]
    assert tokens("THE REPORT OF THE YEAR", "en") == tokens("the report of the year", "en")
