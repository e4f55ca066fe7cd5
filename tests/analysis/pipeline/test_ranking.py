import numpy as np
import pytest

from analysis.pipeline.ranking import Asks, Index, Ranking, highest, ordered

STEEL, LYON, PROFIT, YEAR, WATER = range(5)
FILLER = list(range(100, 140))


def index(*units: list[int]) -> Index:
    terms = np.array([term for unit in units for term in unit], dtype=np.int64)
    owners = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    return Index(*ordered(terms, owners), len(units))


def ranking(*passages: list[int], **facts: object) -> Ranking:
    """Each passage in a source of its own without a name, unless told otherwise."""
    size = len(passages)
    given: dict[str, object] = {
        "owners": range(size),
        "figures": [0.0] * size,
        "names": [[]] * size,
        "titles": [[]] * size,
        "days": [0] * size,
    }
    return Ranking(passages, **{**given, **facts})  # type: ignore[arg-type]


def order(made: Ranking, *query: int, asks: Asks = Asks.ANYTHING) -> list[int]:
    return [int(at) for at in np.argsort(-made.scores(query, asks), kind="stable")]


def test_bm25_is_what_its_formula_gives() -> None:
    made = index([STEEL, LYON], [STEEL, STEEL, PROFIT, WATER])
    rarity = np.log(1 + 1.5 / 1.5)
    norm = 0.8 * (1 - 0.4 + 0.4 * 2 / 3)
    assert made.scores([LYON])[0] == pytest.approx(rarity * 1.8 / (1 + norm))
    assert made.scores([LYON])[1] == 0


def test_rare_words_count_more_than_frequent_ones() -> None:
    made = index([STEEL, PROFIT], [STEEL, LYON], [STEEL, WATER])
    assert made.scores([LYON])[1] > made.scores([STEEL])[1]


def test_a_word_that_no_unit_holds_counts_nothing() -> None:
    assert not index([STEEL]).scores([LYON, 999]).any()
    assert not index().scores([STEEL]).any()


def test_a_passage_without_a_word_of_the_question_has_no_score() -> None:
    made = ranking([STEEL], [WATER], figures=[0.0, 1.0], names=[[], [[STEEL]]])
    assert made.scores([STEEL])[1] == 0


def test_the_source_that_speaks_of_the_question_lifts_its_passages() -> None:
    passages = [[STEEL, *FILLER], [STEEL, *FILLER], [LYON, LYON], [WATER, WATER]]
    assert order(ranking(*passages, owners=[0, 1, 1, 0]), STEEL, LYON).index(1) == 1


def test_the_source_that_is_called_as_asked_comes_first() -> None:
    made = ranking([PROFIT, *FILLER], [PROFIT, *FILLER], [WATER], names=[[], [[LYON]], []])
    assert order(made, PROFIT, LYON)[0] == 1


def test_words_that_stand_in_tables_call_for_tables() -> None:
    passages = [[PROFIT, *FILLER], [PROFIT, *FILLER], [PROFIT], [WATER, *FILLER], [WATER, LYON]]
    made = ranking(*passages, figures=[0.0, 1.0, 1.0, 1.0, 0.0])
    profit, water = made.scores([PROFIT]), made.scores([LYON])
    assert profit[1] > profit[0]
    assert water[4] == pytest.approx(ranking(*passages).scores([LYON])[4])


def test_words_that_ask_for_nothing_call_less_for_tables() -> None:
    made = ranking([PROFIT, *FILLER], [PROFIT, *FILLER], [WATER, *FILLER], figures=[0.0, 1.0, 0.0])
    asked, told = made.scores([PROFIT]), made.scores([PROFIT], asked=False)
    assert asked[1] > told[1] > told[0] == asked[0]


def test_a_line_that_stands_alone_is_found_in_its_words_and_not_in_what_they_call() -> None:
    made = ranking([PROFIT, *FILLER], [PROFIT, LYON, *FILLER], [WATER], names=[[[LYON]], [], []])
    question, line = made.scores([PROFIT, LYON]), made.scores([PROFIT, LYON], alone=True)
    assert question[0] > question[1]
    assert line[1] > line[0]


def test_the_latest_is_the_newest_of_those_that_answer() -> None:
    passages = [[PROFIT, *FILLER], [PROFIT, *FILLER], [PROFIT, WATER], [WATER]]
    made = ranking(*passages[:2], [WATER, *FILLER], days=[10, 20, 30])
    assert order(made, PROFIT)[0] == 0
    assert order(made, PROFIT, asks=Asks.LATEST)[0] == 1


def test_a_source_without_a_date_is_not_the_latest() -> None:
    made = ranking([PROFIT, *FILLER], [PROFIT, *FILLER])
    assert (made.scores([PROFIT], Asks.LATEST) == made.scores([PROFIT])).all()


def test_the_source_that_a_good_passage_names_is_found_through_it() -> None:
    passages = [[PROFIT, PROFIT, STEEL, LYON], [YEAR, *FILLER], [YEAR, *FILLER], [WATER]]
    plain = ranking(*passages)
    linked = ranking(*passages, titles=[[], [], [STEEL, LYON], []])
    assert order(plain, PROFIT, YEAR)[:3] == [0, 1, 2]
    assert order(linked, PROFIT, YEAR)[:3] == [0, 2, 1]


def test_a_title_of_one_common_word_names_nothing() -> None:
    passages = [[PROFIT, STEEL], [YEAR, STEEL], [YEAR, STEEL]]
    made = ranking(*passages, titles=[[], [], [STEEL]])
    assert order(made, PROFIT, YEAR)[:2] == [0, 1]


def test_a_name_counts_the_less_the_smaller_a_part_of_it_is_called() -> None:
    passages = [[PROFIT, *FILLER], [PROFIT, *FILLER], [WATER, *FILLER]]
    whole, part = [[LYON, STEEL]], [[LYON, *range(200, 220)]]
    made = ranking(*passages, names=[part, whole, []])
    assert order(made, PROFIT, LYON)[0] == 1
    assert made.names.scores([LYON])[1] > 4 * made.names.scores([LYON])[0] > 0


def test_the_best_called_of_its_names_decides() -> None:
    passages = [[PROFIT, *FILLER]] * 2
    long = list(range(200, 220))
    made = ranking(*passages, names=[[[LYON, *long]], [[LYON], long]])
    assert made.names.scores([LYON])[1] > 4 * made.names.scores([LYON])[0]


def test_an_older_edition_stands_below_the_newest_that_answers() -> None:
    passages = [[PROFIT, PROFIT, PROFIT], [PROFIT, *FILLER[:4]], [PROFIT, *FILLER[:8]]]
    made = ranking(*passages, days=[10, 20, 30], editions=[[[2], [1], [0]]])
    assert order(made, PROFIT) == [0, 1, 2]
    assert order(made, PROFIT, asks=Asks.PRESENT) == [2, 1, 0]


def test_editions_of_one_day_are_left_as_they_are() -> None:
    made = ranking([PROFIT, PROFIT], [PROFIT, *FILLER], days=[10, 10], editions=[[[0, 1]]])
    assert order(made, PROFIT, asks=Asks.PRESENT) == [0, 1]


def test_what_a_source_is_called_does_not_make_an_edition_answer() -> None:
    passages = [[PROFIT, LYON, STEEL], [LYON, *FILLER * 9]]
    made = ranking(*passages, names=[[[YEAR]], [[YEAR]]], editions=[[[1], [0]]])
    assert order(made, PROFIT, LYON, STEEL, YEAR, asks=Asks.PRESENT)[0] == 0


def test_an_edition_that_does_not_answer_holds_nothing_back() -> None:
    made = ranking([PROFIT, LYON, STEEL], [LYON, *FILLER * 9], editions=[[[1], [0]]])
    assert order(made, PROFIT, LYON, STEEL, asks=Asks.PRESENT)[0] == 0


def test_the_highest_are_those_of_a_stable_sort() -> None:
    scores = np.random.default_rng(1).integers(0, 9, 500).astype(float)
    for most in (1, 7, 120, 500, 900):
        assert list(highest(scores, most)) == list(np.argsort(-scores, kind="stable")[:most])


def test_terms_are_ordered_by_all_their_bits_and_stay_beside_their_units():
    terms, units = np.array([70_000, 5, 4464, 70_000, 1 << 20]), np.array([0, 0, 1, 1, 2])
    assert [list(part) for part in ordered(terms, units)] == [
        [5, 4464, 70_000, 70_000, 1 << 20],
        [0, 1, 0, 1, 2],
    ]
