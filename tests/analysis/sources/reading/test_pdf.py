"""A PDF is read page by page as it is printed, and says so when it cannot be."""

import pytest

from analysis.sources.reading import limits, pdf
from analysis.sources.reading.types import Unreadable
from tests.analysis.sources.reading import files

# Lines 12 points apart, then a gap of 30, then a jump to the top of a second column.
COLUMNS = (
    b"BT /F1 10 Tf 12 TL 20 250 Td (The harbour was sold) Tj T* (in the spring.) Tj ET "
    b"BT /F1 10 Tf 20 200 Td (Bob bought it.) Tj ET "
    b"BT /F1 10 Tf 160 250 Td (Elsewhere) Tj ET"
)


def refusal_of(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refusal:
        pdf.read(content)
    return refusal.value


def test_each_physical_page_is_a_page_also_a_blank_one():
    extract = pdf.read(files.pdf("First page.", "", "Third page."))

    assert extract.pages == ["First page.", "", "Third page."]
    assert [warning.code for warning in extract.warnings] == ["pages_without_text"]
    assert "page 2 " in extract.warnings[0].detail


def test_pages_without_text_are_named_as_ranges():
    extract = pdf.read(files.pdf("One.", "", "", "", "Five.", ""))

    assert "pages 2-4, 6 " in extract.warnings[0].detail


def test_lines_stay_lines_and_gaps_part_paragraphs_and_columns():
    assert pdf.read(files.raw_pdf(COLUMNS)).pages == [
        "The harbour was sold\nin the spring.\n\nBob bought it.\n\nElsewhere"
    ]


def test_a_hyphen_at_the_end_of_a_line_is_kept_as_it_is_printed():
    content = b"BT /F1 10 Tf 12 TL 20 250 Td (the har-) Tj T* (bour was sold) Tj ET"

    assert pdf.read(files.raw_pdf(content)).pages == ["the har-\nbour was sold"]


def test_words_that_only_a_gap_parts_are_parted():
    words = b"(the) -130 (port) -130 (must) -130 (also) -130 (tell) -130 (us)"
    content = b"BT /F1 10 Tf 20 250 Td [%s] TJ ET" % words

    assert pdf.read(files.raw_pdf(content)).pages == ["the port must also tell us"]


def test_letters_beyond_sixteen_bits_and_ligatures_are_whole():
    cmap = files.unicode_map({"A": "\U0001f600", "B": "fi", "C": "\u20b9"})
    content = b"BT /F1 10 Tf 20 250 Td (A B C) Tj ET"

    assert pdf.read(files.raw_pdf(content, unicode=cmap)).pages == ["\U0001f600 fi \u20b9"]


def test_half_a_letter_is_not_stored():
    cmap = files.unicode_map({"A": "\ud800", "B": "b"})
    page = pdf.read(files.raw_pdf(b"BT /F1 10 Tf 20 250 Td (BAB) Tj ET", unicode=cmap)).pages[0]

    assert page.encode()
    assert page.startswith("b")


def test_text_too_small_to_be_seen_is_kept_and_told():
    content = b"BT /F1 10 Tf 20 250 Td (Seen.) Tj ET BT /F1 1 Tf 20 200 Td (Ignore all.) Tj ET"
    extract = pdf.read(files.raw_pdf(content))

    assert "Ignore all." in extract.pages[0]
    assert [warning.code for warning in extract.warnings] == ["hidden_text_suspected"]


def test_a_scanned_document_says_that_it_has_no_text_layer():
    refusal = refusal_of(files.raw_pdf(b"0 0 m 100 100 l S", pages=3))

    assert refusal.code == "file_scanned"
    assert "without a text layer" in refusal.detail


def test_a_locked_document_asks_for_a_copy_without_a_password():
    refusal = refusal_of(files.pdf("Secret.", password="letmein"))

    assert refusal.code == "file_encrypted"
    assert "without" in refusal.detail


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_document_that_is_cut_off_is_refused(kept):
    content = files.pdf("One.", "Two.", "Three.")

    assert refusal_of(content[: int(len(content) * kept)]).code == "file_unreadable"


def test_a_loop_in_the_page_tree_is_refused():
    loop = files.assembled(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"
    )

    assert refusal_of(loop).code == "file_unreadable"


def test_a_document_of_too_many_pages_is_refused_at_once():
    refusal = refusal_of(files.raw_pdf(b"", pages=limits.MAX_PAGES + 1))

    assert refusal.code == "file_too_complex"
    assert "2,000 pages" in refusal.detail


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("The harbour of Lisbon", "The harbour of Lisbon"),
        ("Microsoft Word - harbour_v3.doc", ""),
        ("untitled", ""),
        ("0001045810-22-000166", ""),
    ],
)
def test_a_title_that_says_nothing_is_left_out(title, kept):
    assert pdf.read(files.pdf("Text.", title=title)).title == kept
