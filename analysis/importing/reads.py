"""A file that was sent, some items at a time, from any place on."""

import asyncio
import os
from base64 import b64decode
from collections.abc import Sequence
from typing import IO, NamedTuple, Protocol

from django.conf import settings

from analysis.importing import archives
from analysis.importing.batches import Batch, Item
from analysis.importing.prints import Print
from analysis.importing.records import Record
from analysis.sources import indexes
from analysis.sources.reading import Reading
from researcher.kit.children import ChildError, Children, ChildTimedOut
from researcher.kit.refusal import Refusal

RECORDS = "analysis.importing.records:records"
PRINT = "analysis.importing.prints:print_of"
READER = "analysis.sources.reading:read"
MEGABYTE = 1 << 20
# A batch is written in one transaction: large enough to be cheap, small enough to be short.
LINES, LINES_BYTES = 100, 4 * MEGABYTE
# What one child reads in a call, while others read the rest: even where a few lines are long.
SHARE, SHARE_BYTES = 50, MEGABYTE // 4
FILES, FILES_BYTES = 16, 32 * MEGABYTE


Numbered = tuple[int, bytes]  # a line and which it is of its file


class Sent(Protocol):
    """A file of many items; it is used by one thread at a time."""

    def count(self) -> int:
        """How many items it holds."""
        ...

    async def after(self, place: int, number: int, pool: Children) -> Batch | None:
        """The items from a place on, read; None behind the last."""
        ...


# --- lines of JSON ----------------------------------------------------------------------


class Lines:
    """A place is a byte, a number is that of a line; blank lines are no items."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def count(self) -> int:
        self._file.seek(0)
        return sum(bool(line.strip()) for line in iter(self._line, b""))

    async def after(self, place: int, number: int, pool: Children) -> Batch | None:
        lines, end, last = await asyncio.to_thread(self._some, place, number)
        if end == place:
            return None
        most = settings.UPLOAD_MAX_MB * MEGABYTE
        whole = [line for line in lines if len(line[1]) <= most]
        parts = await asyncio.gather(*(_records(share, pool) for share in _shares(whole)))
        items = [item for part in parts for item in part]
        items += [_too_long(at) for at, line in lines if len(line) > most]
        return Batch(place, end, last, sorted(items, key=lambda item: item.number))

    def _some(self, place: int, number: int) -> tuple[list[Numbered], int, int]:
        self._file.seek(place)
        found: list[Numbered] = []
        size = 0
        while len(found) < LINES and size < LINES_BYTES and (line := self._line()):
            number += 1
            size += len(line)
            if line.strip():
                found.append((number, line))
        return found, self._file.tell(), number

    def _line(self) -> bytes:
        """The next line; of one that is too long one byte more than may be kept."""
        most = settings.UPLOAD_MAX_MB * MEGABYTE + 1
        line = part = self._file.readline(most)
        while len(part) == most and not part.endswith(b"\n"):
            part = self._file.readline(most)
        return line


def _shares(lines: Sequence[Numbered]) -> list[list[Numbered]]:
    shares: list[list[Numbered]] = []
    size = SHARE_BYTES
    for line in lines:
        if size >= SHARE_BYTES or len(shares[-1]) == SHARE:
            shares.append([])
            size = 0
        shares[-1].append(line)
        size += len(line[1])
    return shares


def _too_long(number: int) -> Item:
    detail = f"A line may have at most {settings.UPLOAD_MAX_MB} MB."
    return Item(number, f"line {number}", code="line_too_long", detail=detail)


async def _records(lines: Sequence[Numbered], pool: Children) -> list[Item]:
    if not lines:
        return []
    try:
        return list(map(_item, await pool.call(RECORDS, lines, returns=list[Record])))
    except ChildError:
        if len(lines) == 1:
            return [_unread(lines[0][0], f"line {lines[0][0]}")]
    # One of them is too much for a child: each by itself, so that only that one is lost.
    return [item for line in lines for item in await _records([line], pool)]


def _item(record: Record) -> Item:
    return Item(
        number=record.number,
        name=record.name,
        content=record.content(),
        reading=record.reading,
        print=record.print,
        forward=b64decode(record.forward),
        url=record.url,
        code=record.code,
        detail=record.detail,
    )


# --- files of a ZIP ---------------------------------------------------------------------


class Unpacked(NamedTuple):
    """A file of an archive, or why it cannot be had."""

    entry: archives.Entry
    content: bytes = b""
    refusal: Refusal | None = None


class Files:
    """A place is how many files lie before it, a number is that of a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = archives.opened(file)
        self._entries = archives.entries(self._archive)

    def count(self) -> int:
        return len(self._entries)

    async def after(self, place: int, number: int, pool: Children) -> Batch | None:
        files = await asyncio.to_thread(self._some, place)
        if not files:
            return None
        items = await asyncio.gather(*(_read(one, pool) for one in files))
        end = place + len(files)
        return Batch(place, end, end, items)

    def _some(self, place: int) -> list[Unpacked]:
        found: list[Unpacked] = []
        for entry in self._entries[place : place + FILES]:
            if sum(len(one.content) for one in found) > FILES_BYTES:
                break
            found.append(self._unpacked(entry))
        return found

    def _unpacked(self, entry: archives.Entry) -> Unpacked:
        most = settings.UPLOAD_MAX_MB * MEGABYTE
        try:
            return Unpacked(entry, archives.content(self._archive, entry, most))
        except Refusal as refusal:
            return Unpacked(entry, refusal=refusal)


async def _read(one: Unpacked, pool: Children) -> Item:
    number, name = one.entry.number, one.entry.name
    try:
        if one.refusal:
            raise one.refusal
        reading = await pool.call(READER, one.content, os.path.basename(name), returns=Reading)
        text = "\n".join(page.text for page in reading.pages)
        found = await pool.call(PRINT, text, returns=Print)
        forward = await indexes.packed(reading.pages, reading.language, pool)
    except Refusal as refusal:
        return Item(number, name, code=refusal.code, detail=refusal.detail)
    except ChildError as error:
        return _unread(number, name, error)
    return Item(number, name, one.content, reading, found, forward)


def _unread(number: int, name: str, error: ChildError | None = None) -> Item:
    why = "took too long" if isinstance(error, ChildTimedOut) else "needed more than it may"
    detail = f"Reading it {why}: give a simpler or smaller copy."
    return Item(number, name, code="file_too_complex", detail=detail)
