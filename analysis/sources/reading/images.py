"""A PDF page as a picture, with marked words."""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.sources.reading import pdf
from analysis.sources.reading.positions import boxes
from analysis.sources.reading.types import Box

# Whatever a page measures: no picture has more pixels down than this.
MOST_PIXELS = 4000
MARKER = np.array([255, 236, 110], dtype=np.uint16)  # of red, green and blue
MARGIN = 1.5  # points around a marked line


def png(content: bytes, page: int, spans: Sequence[tuple[int, int]], width: int) -> bytes:
    """The page (counted from 1) as a PNG `width` pixels wide, with these spans of its text marked.

    Raises ValueError for a page or a span that the document does not have.
    """
    lines = [box for start, end in spans for box in boxes(content, page, start, end)]
    document = pdf.opened(content)
    try:
        if not 1 <= page <= len(document):
            raise ValueError(f"There is no page {page}; the document has {len(document)}.")
        pixels = _rendered(document[page - 1], width)
    finally:
        document.close()
    for line in lines:
        _mark(pixels, line)
    return _encoded(pixels)


def _rendered(page: Any, width: int) -> Any:
    """Rows of pixels of red, green and blue."""
    across, down = page.get_size()
    scale = min(width / across, MOST_PIXELS / down)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    return bitmap.to_numpy()[:, :, :3].copy()


def _mark(pixels: Any, box: Box) -> None:
    """Lay the marker over a line as ink does: dark letters stay dark."""
    height, width = pixels.shape[:2]
    across, down = width / box.page_width, height / box.page_height
    left, right = (box.left - MARGIN) * across, (box.right + MARGIN) * across
    top = (box.page_height - box.top - MARGIN) * down
    bottom = (box.page_height - box.bottom + MARGIN) * down
    region = pixels[_part(top, bottom, height), _part(left, right, width)]
    region[:] = region * MARKER // 255


def _part(start: float, end: float, length: int) -> slice:
    return slice(max(0, round(start)), min(length, round(end)))


def _encoded(pixels: Any) -> bytes:
    height, width = pixels.shape[:2]
    # A zero before each row: the rows are not filtered.
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 6)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", body), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
