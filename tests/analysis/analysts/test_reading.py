from uuid import UUID

from analysis.analysts.fences import Fence
from analysis.analysts.reading import label, shown
from analysis.types import Quote
from tests.analysis.pipeline.shelf import day, source

FENCE = Fence(UUID(int=7), "secret")


def quote(of: str, start: int, text: str) -> Quote:
    return Quote(key="", source=of, page=1, start=start, end=start + len(text), text=text)


def test_a_source_is_named_once_where_its_first_sentence_stands() -> None:
    quotes = [
        quote("b", 0, "Steel is dear."),
        quote("a", 0, "Tin is cheap."),
        quote("b", 90, "So."),
    ]
    sources = {key: source(key, title=f"Report {key}") for key in "ab"}

    batch = shown(FENCE, quotes, sources)

    lines = [line.partition("] ")[2] or line for line in batch.shown.splitlines()[1:-1]]
    assert lines == ["# Report b", "Steel is dear.", "So.", "# Report a", "Tin is cheap."]
    assert set(batch.keyed.values()) == set(quotes)


def test_a_label_ends_with_a_whole_word_and_its_month() -> None:
    long = source("a", title="Bow River Irrigation District: precision watering in drought years")
    assert label(long) == "Bow River Irrigation District"
    assert label(long.model_copy(update={"as_of": day("2024-03-05")})).endswith(
        "District (2024-03)"
    )


def test_a_title_without_blanks_is_cut_where_it_must_be() -> None:
    assert label(source("a", title="关于石油" * 20)) == "关于石油" * 8
