import pytest

from analysis.pipeline.subjects import company, family, subject

APPLE = "The Nasdaq Stock Market LLC. Apple Inc. makes phones. Apple sells them. "


def test_a_document_is_about_the_company_it_names_first_and_again() -> None:
    assert company("", APPLE) == "apple"


def test_the_legal_form_and_capitals_do_not_matter() -> None:
    text = "NVIDIA CORPORATION AND SUBSIDIARIES\nNVIDIA makes chips."

    assert company("", text) == "nvidia"


def test_a_company_named_in_passing_is_not_the_subject() -> None:
    assert company("", "Samples were read with a device of Beckman Ltd. They were red.") == ""
    assert (
        company("", "A device of Beckman Ltd. Beckman made it. " + "They were red. " * 2000) == ""
    )


def test_a_name_broken_over_two_lines_counts() -> None:
    assert company("", "Northwind Foods plc\nA letter of Northwind\nFoods.") == "northwind foods"


def test_without_a_company_the_names_of_the_topic_tell_the_subject() -> None:
    text = "Output of the United States grew."

    assert subject("", "a.html", text, "Apple in the United States") == "united states"


def test_else_the_title_without_its_edition_does() -> None:
    assert subject("Bread outlook 2024 (second edition)", "a.pdf", "Bread.", "x") == "bread outlook"


@pytest.mark.parametrize(
    "name",
    [
        "bread_outlook.pdf",
        "Bread outlook v2.docx",
        "Bread-outlook-2024-03-31.pdf",
        "bread outlook (1).pdf",
        "Bread outlook, third quarter of 2023 (final).pdf",
        "Bread Outlook Q3 2024 draft.pdf",
    ],
)
def test_all_editions_of_a_document_have_one_family(name: str) -> None:
    assert family(name) == "bread outlook"
