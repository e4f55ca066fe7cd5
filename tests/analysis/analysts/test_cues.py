import pytest

from analysis.analysts.cues import is_usable, kind_of, penalty, stands_alone
from analysis.types import FindingKind
from templates_app.types import SectionKind

NARRATIVE = SectionKind.NARRATIVE
PLAIN = "Gross margin narrowed to 31.2% because wheat and energy prices rose faster."


def test_a_plain_sentence_can_stand_anywhere_but_where_its_kind_is_asked_for() -> None:
    assert [kind for kind in SectionKind if is_usable(PLAIN, kind)] == [
        SectionKind.NARRATIVE,
        SectionKind.FINDINGS,
        SectionKind.KEY_FIGURES,
        SectionKind.TABLE,
    ]


@pytest.mark.parametrize(
    "form",
    [
        "Forward-looking statements are not guarantees of the future performance of a company.",
        "For more, refer to Note 15 of the financial statements in this quarterly report.",
        "The following table shows net sales by category for the last three months of 2023.",
        "Net sales by category for the three months of the quarter were as follows in 2023.",
        "Good afternoon and thank you for joining us on this call about our results today.",
        "As described in Part I, Item 1A of the Form 10-K, factors can affect the company.",
        "THE COMPANY ASSUMES NO LIABILITY WHATSOEVER FOR THE CONTENTS OF THIS DOCUMENT.",
        "Total net sales 81,797 82,959 293,787 304,182 and 45,384 47,074 165,066 171,495.",
        "What are the prospects of the company for the next year and the one after it?",
        "Too short.",
        "Long " * 200 + ".",
    ],
)
def test_forms_pointers_rows_questions_and_fragments_cannot(form: str) -> None:
    assert not is_usable(form, NARRATIVE)


def test_a_form_begins_with_a_word() -> None:
    assert is_usable("Two banks oversee the notes that the region's towns issue.", NARRATIVE)
    assert not is_usable("Please see the notes for how the region's towns are counted.", NARRATIVE)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Demand for bread could decline if wheat prices stay as high as now.", SectionKind.RISKS),
        (
            "石油禁运的风险会影响所有依赖进口石油的国家的经济以及它们的货币和贸易。",
            SectionKind.RISKS,
        ),
        ("Shareholders should approve the closure of the plant.", SectionKind.RECOMMENDATIONS),
        ("The dividend was raised to $0.24 per share in May.", SectionKind.KEY_FIGURES),
    ],
)
def test_a_section_of_a_kind_takes_sentences_of_its_kind(sentence: str, kind: SectionKind) -> None:
    assert is_usable(sentence, kind)
    assert not is_usable("Northwind Foods makes bread in eleven plants.", kind)


def test_a_sentence_loses_by_leaning_on_another() -> None:
    assert penalty(PLAIN) == 0
    assert penalty(f"This was why. {PLAIN}") > penalty(PLAIN)
    assert penalty(f"(a) {PLAIN}") > 0
    assert penalty("Greater China includes China mainland, Hong Kong, Macau and Taiwan.") > 0


def test_what_leans_on_another_does_not_stand_alone() -> None:
    assert stands_alone(PLAIN)
    assert not stands_alone("However, it fell.")
    assert stands_alone("Italy grew.")


@pytest.mark.parametrize(
    ("sentence", "section", "kind"),
    [
        (PLAIN, SectionKind.NARRATIVE, FindingKind.CHANGE),
        (PLAIN, SectionKind.RISKS, FindingKind.RISK),
        (PLAIN, SectionKind.RECOMMENDATIONS, FindingKind.RECOMMENDATION),
        ("Bread is made in plants.", SectionKind.FINDINGS, FindingKind.INSIGHT),
        ("Bread is made in plants.", SectionKind.NARRATIVE, FindingKind.FACT),
    ],
)
def test_the_section_and_then_the_words_tell_the_kind(
    sentence: str, section: SectionKind, kind: FindingKind
) -> None:
    assert kind_of(sentence, section) is kind
