"""A page becomes a picture in which the quote is marked where it stands."""

import struct
import zlib

import numpy as np
import pytest

from analysis.sources.reading import read
from analysis.sources.reading.images import MARKER, MOST_PIXELS, png
from tests.analysis.sources.reading import files


def pixels(picture: bytes) -> np.ndarray:
    """The rows of a PNG as we write it."""
    width, height = struct.unpack(">II", picture[16:24])
    length = struct.unpack(">I", picture[33:37])[0]
    rows = np.frombuffer(zlib.decompress(picture[41 : 41 + length]), dtype=np.uint8)
    return rows.reshape(height, 1 + 3 * width)[:, 1:].reshape(height, width, 3)


def test_only_the_words_are_marked():
    content = files.pdf("Alice sold her share.")
    start = read(content, "a.pdf").pages[0].text.index("sold")
    rows = pixels(png(content, 1, [(start, start + 4)], 595))
    marked = np.argwhere((rows == MARKER).all(axis=2))
    (top, left), (bottom, right) = marked.min(axis=0), marked.max(axis=0)
    assert 840 - 795 < top < bottom < 845 - 770
    assert 50 < left < right < 150
    assert (rows[bottom + 5 :] == 255).all()


def test_a_page_of_any_shape_has_a_picture_of_bounded_height():
    words = b"BT /F1 10 Tf 20 250 Td (Tall) Tj ET"
    tall = files.raw_pdf(words).replace(b"[0 0 300 300]", b"[0 0 003 900]")
    height, _, _ = pixels(png(tall, 1, [], 2000)).shape
    assert height == MOST_PIXELS


@pytest.mark.parametrize(("page", "spans"), [(0, []), (2, []), (1, [(0, 999)])])
def test_what_is_not_there_is_an_error(page, spans):
    with pytest.raises(ValueError, match="There is no"):
        png(files.pdf("Alice"), page, spans, 400)
