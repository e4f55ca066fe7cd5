import pytest

from analysis.pipeline.library import Library
from tests.analysis.pipeline.shelf import asked, day, library, pages, source, sources
from tests.effort import calls

TREES = ("Oak", "Elm", "Ash", "Fir", "Yew", "Larch", "Maple", "Alder", "Birch", "Cedar")
FILLER = "Weather was fine in most of the valleys, and people walked along the river. "


def walks(count: int) -> str:
    """So many different sentences, each of its own words."""
    return " ".join(
        f"The {tree} stood {at} steps from the river, where {tree}{at} and {at}{tree} were seen."
        for at in range(count // len(TREES) + 1)
        for tree in TREES
    )


def statement(company: str, quarter: str, sales: str) -> str:
    return (
        f"{company} REPORT\nTotal net sales by category were as follows for {quarter}:\n"
        f"Products {sales} 63,948\nServices 19,604 17,486\nTotal net sales {sales} 81,434"
    )


def test_every_passage_is_the_exact_words_of_its_page() -> None:
    made, texts = Library(), [walks(30), f"Risk Factors\nSteel is scarce. {FILLER}"]
    count = made.add(source("a"), pages(*texts))
    found = made.rank(asked("river steel"), limit=50)
    assert count == made.passages_count() == len(found) > 3
    assert all(one.text == texts[one.page - 1][one.start : one.end] for one in found)
    assert len({one.key for one in found}) == count
    assert found[0].section == "Risk Factors"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_question_without_a_known_word_finds_nothing() -> None:
    assert library(a=FILLER).rank(asked("quantum chromodynamics")) == []
    assert Library().rank(asked("anything")) == []


def test_the_named_company_and_its_quarter_come_first() -> None:
    made = Library()
    for name in ("2022 Q3 Apple", "2023 Q3 Apple", "2023 Q3 Nvidia"):
        text = statement(name.split()[-1], name[:7], f"{len(made.volumes) + 1}3,355")
        made.add(source(name.replace(" ", "-"), name=f"{name}.pdf"), pages(text, FILLER))
    found = made.rank(asked("What were Apple's total net sales in Q3 2023?"))
    assert sources(found)[0] == "2023-Q3-Apple"
    assert "23,355" in found[0].text


def test_a_name_counts_in_what_a_plan_asks_though_it_is_no_question() -> None:
    made = Library()
    for name in ("Apple", "Nvidia"):
        text = statement(name, "the third quarter", "63,355")
        made.add(source(name, name=f"2023 Q3 {name}.pdf"), pages(text, FILLER))
    made.add(source("blog"), pages(f"Nvidia and Apple are compared by total net sales. {FILLER}"))
    line = asked("Total net sales by category of Apple")
    planned = line.model_copy(update={"text": "Revenue by category."})

    by_line, by_plan = made.rank(line)[0], made.rank(planned)[0]
    assert (by_line.source, by_plan.source) == ("Apple", "Apple")
    assert by_plan.score > by_line.score


def test_a_long_article_may_answer_more_than_once_but_a_page_gives_way() -> None:
    parts = [
        f"Part {tree}\nSteel is scarce in the valley. "
        + " ".join(f"The {tree}{at} was cut." for at in range(30))
        for tree in TREES[:3]
    ]
    article, paged = Library(), Library()
    article.add(source("article"), pages("\n\n".join(parts)))
    paged.add(source("paged"), pages("\n\n".join(parts), "The end."))
    found = [made.rank(asked("scarce steel")) for made in (article, paged)]
    assert [len(passages) for passages in found] == [3, 3]
    assert found[0][-1].score == pytest.approx(found[0][0].score, rel=0.05)
    assert found[1][-1].score == pytest.approx(found[1][0].score * 0.8, rel=0.05)


def test_the_latest_is_found_by_its_date() -> None:
    made = Library()
    for year in (2023, 2021, 2022):
        facts = {"as_of": day(f"{year}-06-30")}
        made.add(source(f"r{year}", **facts), pages(f"The margin was {year - 2000} %. {FILLER}"))
    assert sources(made.rank(asked("What was the margin in the latest report?")))[0] == "r2023"


def test_a_repeated_passage_is_given_once_from_the_newest_source() -> None:
    made = Library()
    for year in (2021, 2023, 2022):
        made.add(
            source(f"r{year}", as_of=day(f"{year}-06-30")), pages(f"Steel is scarce. {FILLER}")
        )
    assert sources(made.rank(asked("scarce steel"))) == ["r2023"]


def test_a_superseded_figure_stands_behind_the_revised_one() -> None:
    made = Library()
    first = statement("Steel", "Q3", "63,355")
    made.add(source("first", superseded_by="second"), pages(first))
    made.add(source("second", superseded_by="third"), pages(first.replace("63,355", "64,001")))
    made.add(source("third"), pages(first.replace("63,355", "65,002")))
    found = made.rank(asked("Steel total net sales first"), limit=3)
    assert sources(found) == ["third", "second", "first"]


def test_sources_of_all_languages_are_searched_at_once() -> None:
    made = library(english=FILLER)
    made.add(source("chinese", language="zh"), pages("1973年的石油危机改变了汽车工业。"))
    made.add(source("german", language="de"), pages("Die Umsätze der Gesellschaft sind gestiegen."))
    assert sources(made.rank(asked("石油危机"))) == ["chinese"]
    assert sources(made.rank(asked("Umsatz"))) == ["german"]


def test_a_source_added_later_is_found_as_well() -> None:
    made = library(a=f"Steel is scarce. {FILLER}")
    assert sources(made.rank(asked("steel"))) == ["a"]
    made.add(source("b"), pages(f"Steel and more steel is abundant. {FILLER * 2}"))
    assert set(sources(made.rank(asked("steel")))) == {"a", "b"}


def test_a_library_is_work_by_the_number_of_its_pages() -> None:
    def ranked(count: int) -> None:
        made = Library()
        texts = (
            f"Part {at}\n{walks(20)}\n{statement('Steel', f'Q{at}', str(at))}"
            for at in range(count)
        )
        made.add(source("a"), pages(*texts))
        made.rank(asked("steel sales"))

    assert calls(lambda: ranked(200)) < 5 * calls(lambda: ranked(50))
