"""Reads the text of a sample: a small part of Markdown, enough for a title, prose and tables."""

from pathlib import Path
from typing import Literal

from researcher.kit.frozen import Frozen

Kind = Literal["title", "heading", "paragraph", "caption", "source", "points", "table"]

# How a block is told by its first characters; what matches none is a paragraph.
MARKS: dict[str, Kind] = {
    "# ": "title",
    "## ": "heading",
    "- ": "points",
    "| ": "table",
    "Table ": "caption",
    "Source": "source",
}


class Block(Frozen):
    """One block: `rows` holds a table's rows of cells, a list's points, or the one text."""

    kind: Kind
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return self.rows[0][0]


def read(path: Path) -> tuple[Block, ...]:
    """The blocks of a text whose blocks are separated by blank lines."""
    return tuple(_block(part) for part in path.read_text(encoding="utf-8").strip().split("\n\n"))


def _block(part: str) -> Block:
    mark = next((mark for mark in MARKS if part.startswith(mark)), "")
    kind: Kind = MARKS.get(mark, "paragraph")
    if kind == "table":
        return Block(kind=kind, rows=_cells(part))
    if kind == "points":
        return Block(kind=kind, rows=tuple((line.removeprefix(mark),) for line in part.split("\n")))
    text = part.removeprefix(mark) if kind in ("title", "heading") else part
    return Block(kind=kind, rows=((text,),))


def _cells(part: str) -> tuple[tuple[str, ...], ...]:
    lines = [line.strip("|").split("|") for line in part.split("\n")]
    # The second line only separates the head from the body.
    return tuple(tuple(cell.strip() for cell in line) for line in [lines[0], *lines[2:]])
