"""A quote of a stored page is found again on the printed one."""

import pypdfium2
import pytest

from analysis.sources.reading import Box, read
from analysis.sources.reading.positions import boxes
from tests.analysis.sources.reading import files

TWO_LINES = b"BT /F1 10 Tf 12 TL 20 250 Td (The old har-) Tj T* (bour was sold.) Tj ET"


def spot(content: bytes, words: str) -> list[Box]:
    """The boxes of the words on the first page."""
    text = read(content, "a.pdf").pages[0].text
    start = text.index(words)
    return boxes(content, 1, start, start + len(words))


def printed_in(content: bytes, box: Box) -> str:
    """What stands inside of a box, by another way through PDFium."""
    with pypdfium2.PdfDocument(content) as document:
        sides = (box.left - 0.5, box.bottom, box.right + 0.5, box.top)
        return document[0].get_textpage().get_text_bounded(*sides).strip()


def test_a_word_has_a_box_around_it():
    content = files.pdf("Alice sold her share.")
    (box,) = spot(content, "sold")

    assert printed_in(content, box) == "sold"
    assert 50 < box.left < box.right < 150
    assert 770 < box.bottom < 780 < box.top < 795
    assert (round(box.page_width), round(box.page_height)) == (595, 842)


def test_a_quote_over_two_lines_has_a_box_for_each_also_across_a_hyphen():
    content = files.raw_pdf(TWO_LINES)
    first, second = spot(content, "har-\nbour was")

    assert printed_in(content, first).startswith("har")
    assert printed_in(content, second).endswith("bour was")
    assert first.bottom > second.bottom


def test_letters_of_two_units_do_not_shift_what_follows():
    cmap = files.unicode_map({"A": "\U0001f600", **{letter: letter for letter in "Bob sold"}})
    content = files.raw_pdf(b"BT /F1 10 Tf 20 250 Td (AA Bob sold) Tj ET", unicode=cmap)
    (box,) = spot(content, "sold")

    assert printed_in(content, box) == "sold"


def test_boxes_are_counted_from_the_corner_of_a_cropped_page():
    cropped = files.raw_pdf(TWO_LINES, page=b"/CropBox[10 100 290 290]")
    (whole,) = spot(files.raw_pdf(TWO_LINES), "old")
    (box,) = spot(cropped, "old")

    assert (box.page_width, box.page_height) == (280, 190)
    assert (box.left, box.bottom) == pytest.approx((whole.left - 10, whole.bottom - 100), abs=0.05)


def test_boxes_turn_with_the_page():
    (box,) = spot(files.raw_pdf(TWO_LINES, page=b"/Rotate 90"), "old")

    assert box.top - box.bottom > box.right - box.left
    assert 225 < box.left < 260


def test_no_words_have_no_boxes():
    assert boxes(files.pdf("Alice"), 1, 2, 2) == []


@pytest.mark.parametrize(("page", "start", "end"), [(0, 0, 1), (2, 0, 1), (1, 0, 99), (1, 3, 2)])
def test_a_range_that_is_not_there_is_refused(page, start, end):
    with pytest.raises(ValueError, match="There is no"):
        boxes(files.pdf("Alice"), page, start, end)
