import numpy as np
import pytest

from analysis.pipeline.ranking import Index, Ranking

STEEL, LYON, PROFIT, YEAR, WATER = range(5)
FILLER = list(range(100, 140))


def index(*units: list[int]) -> Index:
    terms = np.array([term for unit in units for term in unit], dtype=np.int64)
    owners = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    return Index(terms, owners, len(units))


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


def order(made: Ranking, *query: int, latest: bool = False) -> list[int]:
    return [int(at) for at in np.argsort(-made.scores(query, latest), kind="stable")]


def test_bm25_is_what_its_formula_gives() -> None:
    made = index([STEEL, LYON], [STEEL, STEEL, PROFIT, WATER])
    rarity = np.log(1 + 1.5 / 1.5)
    norm = 1.2 * (1 - 0.75 + 0.75 * 2 / 3)
    assert made.scores([LYON])[0] == pytest.approx(rarity * 2.2 / (1 + norm))
    assert made.scores([LYON])[1] == 0


def test_rare_words_count_more_than_frequent_ones() -> None:
    made = index([STEEL, PROFIT], [STEEL, LYON], [STEEL, WATER])
    assert made.scores([LYON])[1] > made.scores([STEEL])[1]


def test_a_word_that_no_unit_holds_counts_nothing() -> None:
    assert not index([STEEL]).scores([LYON, 999]).any()
    assert not index().scores([STEEL]).any()


def test_a_passage_without_a_word_of_the_question_has_no_score() -> None:
    made = ranking([STEEL], [WATER], figures=[0.0, 1.0], names=[[], [STEEL]])
    assert made.scores([STEEL])[1] == 0


def test_the_source_that_speaks_of_the_question_lifts_its_passages() -> None:
    passages = [[STEEL, *FILLER], [STEEL, *FILLER], [LYON, LYON], [WATER, WATER]]
    assert order(ranking(*passages, owners=[0, 1, 1, 0]), STEEL, LYON).index(1) == 1


def test_the_source_that_is_called_as_asked_comes_first() -> None:
    made = ranking([PROFIT, *FILLER], [PROFIT, *FILLER], [WATER], names=[[], [LYON], []])
    assert order(made, PROFIT, LYON)[0] == 1


def test_words_that_stand_in_tables_call_for_tables() -> None:
    passages = [[PROFIT, *FILLER], [PROFIT, *FILLER], [PROFIT], [WATER, *FILLER], [WATER, LYON]]
    made = ranking(*passages, figures=[0.0, 1.0, 1.0, 1.0, 0.0])
    profit, water = made.scores([PROFIT]), made.scores([LYON])
    assert profit[1] > profit[0]
    assert water[4] == pytest.approx(ranking(*passages).scores([LYON])[4])


def test_the_latest_is_the_newest_of_those_that_answer() -> None:
    passages = [[PROFIT, *FILLER], [PROFIT, *FILLER], [PROFIT, WATER], [WATER]]
    made = ranking(*passages[:2], [WATER, *FILLER], days=[10, 20, 30])
    assert order(made, PROFIT)[0] == 0
    assert order(made, PROFIT, latest=True)[0] == 1


def test_a_source_without_a_date_is_not_the_latest() -> None:
    made = ranking([PROFIT, *FILLER], [PROFIT, *FILLER])
    assert (made.scores([PROFIT], latest=True) == made.scores([PROFIT])).all()


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
