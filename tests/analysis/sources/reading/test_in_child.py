"""Files are read in a child process, which a hostile one may kill - and nothing else."""

import io
from collections.abc import AsyncIterator
from datetime import date

import pytest
import xlsxwriter

from analysis.sources.reading import Box, Reading, read
from researcher.kit.children import ChildDied, Children
from researcher.kit.refusal import Refusal
from tests.analysis.sources.reading import files

READ = "analysis.sources.reading:read"
FILING = files.pdf("FORM 10-Q\nFor the quarterly period ended July 1, 2023", "Second page.")


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    pool = Children(size=1, memory_mb=400, seconds=20)
    yield pool
    await pool.close()


async def test_a_reading_crosses_the_border_whole(children):
    reading = await children.call(READ, FILING, "a.pdf", returns=Reading)

    assert reading == read(FILING, "a.pdf")
    assert reading.as_of == date(2023, 7, 1)


async def test_a_refusal_crosses_with_its_sentence(children):
    with pytest.raises(Refusal, match="without a text layer") as refusal:
        await children.call(READ, files.raw_pdf(b""), "a.pdf", returns=Reading)

    assert refusal.value.code == "file_scanned"


async def test_a_language_other_than_english_is_told_within_the_limits_of_a_child(children):
    text = "Die Umsätze stiegen im dritten Quartal um zwölf Prozent, schrieb der Vorstand."
    reading = await children.call(READ, text.encode(), "a.txt", returns=Reading)

    assert reading.language == "de"


async def test_boxes_cross_the_border(children):
    boxes = "analysis.sources.reading.positions:boxes"
    (box,) = await children.call(boxes, FILING, 1, 0, 9, returns=list[Box])

    assert box.page_width == pytest.approx(595, abs=1)


@pytest.mark.slow
async def test_a_bomb_kills_its_child_and_the_next_file_is_read(children):
    with pytest.raises(ChildDied):
        await children.call(READ, files.flate_bomb(500), "a.pdf", returns=Reading)

    assert await children.call(READ, FILING, "a.pdf", returns=Reading)


@pytest.mark.slow
async def test_a_sheet_with_a_cell_at_the_end_of_the_world_kills_only_its_child(children):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "first")
        sheet.write(1_048_575, 16_383, "last")

    with pytest.raises(ChildDied):
        await children.call(READ, stream.getvalue(), "a.xlsx", returns=Reading)
    assert await children.call(READ, FILING, "a.pdf", returns=Reading)
