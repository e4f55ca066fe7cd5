"""Writes a sample as DOCX: a plain Word document with headings, prose and a table."""

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document

from researcher.samples import AUTHOR, Sample
from researcher.samples.prose import Block

EPOCH = (1980, 1, 1, 0, 0, 0)


def write(sample: Sample, blocks: Sequence[Block]) -> bytes:
    """The DOCX of a sample; its members are the same every time, and so is their order."""
    document = docx.Document()
    _describe(document, sample)
    for block in blocks:
        _add(document, block)
    out = BytesIO()
    document.save(out)
    return _undated(out.getvalue())


def members(content: bytes) -> dict[str, bytes]:
    """What a DOCX holds: its XML parts by their names."""
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _describe(document: Document, sample: Sample) -> None:
    properties = document.core_properties
    properties.title, properties.author = sample.title, AUTHOR
    properties.subject, properties.comments = sample.description, ""
    published = datetime.combine(sample.published_on, time(9))
    properties.created = properties.modified = published
    properties.last_modified_by, properties.language = AUTHOR, "en-US"
    document.sections[0].header.paragraphs[0].text = sample.title


def _add(document: Document, block: Block) -> None:
    match block.kind:
        case "title":
            document.add_heading(block.text, level=0)
        case "heading":
            document.add_heading(block.text, level=1)
        case "table":
            _add_table(document, block)
        case "points":
            for row in block.rows:
                document.add_paragraph(row[0], style="List Bullet")
        case "caption":
            document.add_paragraph(block.text, style="Caption")
        case _:
            document.add_paragraph(block.text)


def _add_table(document: Document, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Light Grid Accent 1")
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _undated(content: bytes) -> bytes:
    """The same archive without the time at which it was written."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in members(content).items():
            archive.writestr(ZipInfo(name, EPOCH), part, ZIP_DEFLATED)
    return out.getvalue()
