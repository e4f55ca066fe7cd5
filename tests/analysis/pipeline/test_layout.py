import pytest

from analysis.pipeline.layout import Kind, blocks, furniture, is_heading, is_prose, is_row

STATEMENT = """Operating Expenses
Operating expenses for the three-month periods were as follows (dollars in millions):
Three Months Ended
June 25,
2022
Research and development $ 6,797 $ 5,717
Percentage of total net sales 8 % 7 %
Operating income:
Total operating expenses $ 12,809 $ 11,129
The growth in expense was driven primarily by increases in headcount-related expenses and
by engineering program costs.
Research and Development
The growth in research goes on, and it is set in lines as wide as those above are in the
report."""


def laid_out(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks(text)]


def test_a_page_is_headings_paragraphs_and_tables() -> None:
    found = laid_out(STATEMENT)
    assert [kind for kind, _ in found] == [
        "heading", "prose", "heading", "table", "prose", "heading", "prose",
    ]  # fmt: skip
    assert found[3][1].startswith("June 25,")
    assert found[3][1].endswith("$ 11,129")
    assert found[-1][1].endswith("\nreport.")


@pytest.mark.parametrize(
    "line",
    [
        "Total net sales 82,959 81,434",
        "Net income $ 19,442 $ 21,744 $ 79,082",
        "Adjustment for net (gains)/losses realized and included in net income 121 (87)",
        "June 25,",
        "2022 2021",
        "Region\tSales\tShare",
        "| Region | Sales |",
    ],
)
def test_rows(line: str) -> None:
    assert is_row(line)


def test_lines_of_two_pages_are_no_headers() -> None:
    assert furniture(["Acme Corp\nOne.", "Acme Corp\nTwo."]) == {}
    assert "Acme Corp" in furniture(["Acme Corp\nOne.", "Acme Corp\nTwo.", "Acme Corp\nThree."])


@pytest.mark.parametrize(
    "line",
    [
        "The Company repurchased $18.0 billion of its common stock and paid $3.8 billion.",
        "Sales ended.  Two blanks after a stop.  Are typing, not cells.",
        "Services net sales increased during the third quarter of 2022 compared to 2021",
        "Note 2 of the statements",
    ],
)
def test_lines_that_are_no_rows(line: str) -> None:
    assert not is_row(line)


@pytest.mark.parametrize(
    "line",
    [
        "Risk Factors",
        "## Risk factors",
        "Note 2 – Revenue",
        "Item 1A. Risk Factors",
        "BODY.RESULTS:",
        "(In millions, except per share amounts)",
        "市场概况",
    ],
)
def test_headings(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line", ["It was so.", "of the Company", "• a point", "Sales 1,200 1,300", "", "***", "x" * 200]
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert not is_heading(line)


def test_prose_is_sentences_without_rows() -> None:
    assert is_prose("Risk Factors\nThe Company faces many risks, and it names them here.")
    assert not is_prose("Products 63,355 63,948\nServices 19,604 17,486")
    assert not is_prose("Risk Factors")


def test_the_fields_of_a_record_stand_apart_from_its_sentences() -> None:
    text = (
        "City: Lyon; State: Rhone; Injured: 2; Make: Cessna; Model: 172; Year: 1999\n"
        "Cause:\nThe pilot lost control of the aircraft.\n"
        "Airport: LYS; Weather: fine; Engines: 1; Damage: none"
    )
    assert [text for _, text in laid_out(text)] == text.split("\n")
    assert {kind for kind, _ in laid_out(text)} == {Kind.PROSE}


def test_headers_and_footers_are_lines_that_many_pages_share() -> None:
    pages = [f"Apple Inc.\nText {word} here.\nQ3 2022 | {at}" for at, word in enumerate("abcd")]
    found = furniture(pages)
    assert found == {"Apple Inc.": "Apple Inc.", "Q# # | #": "Q3 2022 | 0"}
    first = blocks(pages[0], found)
    assert [pages[0][block.start : block.end] for block in first] == ["Text a here."]


def test_a_line_like_a_footer_in_the_middle_of_a_page_is_kept() -> None:
    pages = [f"One {at}.\nTwo.\nThree.\n{at}\nFour.\nFive.\nSix.\n{at}" for at in range(4)]
    text = pages[0]
    kept = [text[block.start : block.end] for block in blocks(text, {"#"})]
    assert sum("0" in part.split("\n") for part in kept) == 1
    assert "#" in furniture(pages)
