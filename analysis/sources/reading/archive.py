"""Office files are ZIP archives: what they unpack to is counted before anybody parses it."""

import io
import zipfile
import zlib

from analysis.sources.reading import limits
from analysis.sources.reading.types import Unreadable

CHUNK = 1 << 20
ENCRYPTED = 1  # the lowest of a member's flags
DTD = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


def members(content: bytes) -> frozenset[str]:
    """The names of what the archive holds; raises Unreadable where it cannot be listed."""
    return frozenset(entry.filename for entry in _opened(content).infolist())


def check(content: bytes) -> None:
    """Raise Unreadable unless the archive is whole, of sane size and free of XML definitions."""
    archive = _opened(content)
    _check_declared(archive.infolist(), len(content))
    try:
        for entry in archive.infolist():
            _check_member(archive, entry)
    except BROKEN:
        raise Unreadable(
            "file_unreadable",
            "A part of the file cannot be unpacked: it is damaged. Please save it again.",
        ) from None


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise Unreadable(
            "file_unreadable",
            "The file is cut off or damaged. Please upload a complete copy of it.",
        ) from None


def _check_declared(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MAX_MEMBERS:
        raise limits.too_complex(
            f"It has {len(entries):,} parts; at most {limits.MAX_MEMBERS:,} are read."
        )
    if unpacked > limits.MAX_UNZIPPED:
        raise limits.too_complex(
            f"It unpacks to more than the {limits.MAX_UNZIPPED >> 20} MB that are read."
        )
    if unpacked > limits.RATIO_FROM and unpacked > limits.MAX_RATIO * packed:
        raise limits.too_complex(
            f"It unpacks to {unpacked // packed} times its size; up to {limits.MAX_RATIO} are read."
        )


def _check_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack an XML member (never beyond its declared size) and look for definitions in it.

    Others are pictures and the like, which nobody here unpacks.
    """
    if entry.flag_bits & ENCRYPTED:
        raise Unreadable(
            "file_encrypted",
            "The file is protected by a password. Please upload a copy without one.",
        )
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return
    tail = b""
    with archive.open(entry) as member:
        while chunk := member.read(CHUNK):
            if any(mark in tail + chunk for mark in DTD):
                raise Unreadable(
                    "file_unreadable",
                    "The file defines XML entities, which no office program does; it is not read.",
                )
            tail = chunk[-32:]
