from collections.abc import Sequence

from analysis.pipeline.figures import FiguresFound, Sheet
from analysis.pipeline.finder import Finder
from analysis.types import Figure, Passage
from tests.analysis.pipeline.desk import ANALYSIS, Desk, day

HEAD = "(In millions)\nQuarter Ended\nJuly 1,\n2023\nJune 25,\n2022\n"
SENTENCE = "Net income rose to $19,881 million in the quarter ended July 1, 2023."


def found(desk: Desk, *queries: str) -> FiguresFound:
    sheets = []
    for one in desk.documents.values():
        assert isinstance(one, tuple)
        source, pages = one
        prose = tuple(
            Passage(
                key=f"{source.key}.{page.number}",
                source=source.key,
                page=page.number,
                start=0,
                end=len(page.text),
                text=page.text,
                language="en",
            )
            for page in pages
        )
        sheets.append(Sheet(source=source, pages=tuple(pages), prose=prose))
    return Finder(ANALYSIS).find(sheets, queries)


def told(figures: Sequence[Figure]) -> list[tuple[str, str, str]]:
    return [(one.label, one.period, str(one.value)) for one in figures]


def test_rows_and_sentences_are_read_for_what_is_asked(desk: Desk) -> None:
    desk.add("a.pdf", f"{HEAD}Net sales $ 60,584 $ 63,355\nInventories 7,351 4,946\n", SENTENCE)

    assert told(found(desk, "net sales and net income").figures) == [
        ("Net sales", "Quarter ended July 1, 2023", "60584000000"),
        ("Net sales", "Quarter ended June 25, 2022", "63355000000"),
        ("Net income", "Quarter ended July 1, 2023", "19881000000"),
    ]


def test_the_quote_of_a_figure_stands_on_its_page(desk: Desk) -> None:
    source = desk.add("a.pdf", "Cover", f"{HEAD}Net sales $ 60,584 $ 63,355\n")
    answer = found(desk, "net sales")
    [quote] = answer.quotes
    pages = desk.documents[source.name][1]  # type: ignore[index]

    assert quote.page == 2
    assert pages[1].text[quote.start : quote.end] == quote.text == "Net sales $ 60,584 $ 63,355"
    assert {figure.quote for figure in answer.figures} == {quote.key}


def test_a_sentence_is_quoted_where_it_stands(desk: Desk) -> None:
    desk.add("a.pdf", f"Results\n\n{SENTENCE}")

    assert [quote.text for quote in found(desk, "net income").quotes] == [SENTENCE]


def test_of_many_places_the_first_speaks_for_all(desk: Desk) -> None:
    row = f"{HEAD}Net income $ 19,881 $ 19,442\n"
    desk.add("a.pdf", row, row, SENTENCE)

    assert [one.value for one in found(desk, "net income").figures].count(19_881_000_000) == 1


def test_a_name_with_two_values_in_one_source_tells_nothing(desk: Desk) -> None:
    desk.add("a.pdf", f"{HEAD}Net income 19,881 19,442\n", f"{HEAD}Net income 10,000 19,442\n")

    assert told(found(desk, "net income").figures) == [
        ("Net income", "Quarter ended June 25, 2022", "19442000000")
    ]


def test_what_versions_disagree_on_is_told_unasked(desk: Desk) -> None:
    for name, rate in (("old.html", "1.1"), ("new.html", "2.0")):
        text = f"Real output grew at an annual rate of {rate} percent in the first quarter of 2023."
        desk.add(name, text, subject="output")

    figures = found(desk, "dividends").figures
    assert told(figures) == [
        ("Real output (annual rate)", "Q1 2023", "1.1"),
        ("Real output (annual rate)", "Q1 2023", "2.0"),
    ]


def test_a_figure_without_a_period_has_the_date_of_its_source(desk: Desk) -> None:
    desk.add("a.pdf", "Net income was $19,881 million.", as_of=day("2023-07-01"))
    [figure] = found(desk, "net income").figures

    assert (figure.period, figure.as_of) == ("", day("2023-07-01"))
