from analysis.pipeline.library import Library
from analysis.pipeline.picked import Most, Picked, is_tabular, picked
from analysis.types import Passage
from tests.analysis.pipeline.shelf import asked, library, pages, source, sources

TABLE = "Sales 2022 2023\nBread 12,345 13,456\nCakes 2,345 2,567\nTotal 14,690 16,023"
PROSE = "Steel was scarce in 2023 because the furnaces of the valley stood still for a while."
TREES = ("oak", "elm", "ash", "fir", "yew", "larch", "maple", "alder", "birch", "cedar")
KINDS = (("prose", PROSE), ("table", TABLE))
EVERYTHING = Most(ranked=50, prose=50, tables=50)


def passage(key: str, text: str, score: float) -> Passage:
    return Passage(key=key, source=key, page=1, start=0, end=len(text), text=text, score=score)


def keys(found: tuple[Passage, ...]) -> list[str]:
    return [one.key for one in found]


def test_a_passage_counts_as_much_as_its_source() -> None:
    ranked = [passage("doubtful", PROSE, 10.0), passage("sound", PROSE, 8.0)]

    found = picked(ranked, {"doubtful": 0.5, "sound": 1.0}, EVERYTHING)

    assert keys(found.prose) == ["sound", "doubtful"]
    assert [one.score for one in found.prose] == [8.0, 5.0]


def test_tables_are_picked_apart_from_what_can_be_quoted() -> None:
    ranked = [passage("table", TABLE, 3.0), passage("prose", PROSE, 2.0)]

    found = picked(ranked, {"table": 1.0, "prose": 1.0}, EVERYTHING)

    assert (keys(found.prose), keys(found.tables)) == (["prose"], ["table"])


def test_no_more_is_picked_than_is_wanted_of_each_kind() -> None:
    ranked = [passage(f"{kind}{at}", text, 9.0 - at) for at in range(3) for kind, text in KINDS]
    weights = {one.source: 1.0 for one in ranked}

    found = picked(ranked, weights, Most(ranked=6, prose=2, tables=1))

    assert (keys(found.prose), keys(found.tables)) == (["prose0", "prose1"], ["table0"])


def test_digits_of_any_script_make_a_table() -> None:
    assert is_tabular("المبيعات ٢٠٢٢ ٢٠٢٣ ١٢٣٤٥ ١٣٤٥٦")
    assert not is_tabular(PROSE)


def test_a_library_picks_for_each_question_in_their_order() -> None:
    made = library(steel=PROSE, table=TABLE)
    questions = [asked("sales of bread"), asked("scarce steel"), asked("nothing of the kind")]

    found = made.pick(questions, {"steel": 1.0, "table": 1.0}, EVERYTHING)

    assert [(keys_of(one)) for one in found] == [([], ["table"]), (["steel"], []), ([], [])]
    assert Library().pick(questions[:1], {}, EVERYTHING) == [Picked(prose=(), tables=())]


def keys_of(found: Picked) -> tuple[list[str], list[str]]:
    return [one.source for one in found.prose], [one.source for one in found.tables]


def test_a_report_hears_a_short_source_beside_a_long_one() -> None:
    made = library(short="Northwind said in a note that the price of steel is high this year.")
    told = [f"The price of steel is {tree}. {tree} stands, {tree} falls." for tree in TREES]
    made.add(source("long"), pages(*told))

    most = Most(ranked=8, prose=8, tables=0)
    [found] = made.pick([asked("price of steel")], {"short": 1.0, "long": 1.0}, most)

    assert "short" in keys_of(found)[0]
    assert "short" not in sources(made.rank(asked("price of steel"), 8))
