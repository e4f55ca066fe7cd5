"""The files of a ZIP archive that somebody sent: counted before any is unpacked."""

import stat
import struct
import zipfile
from typing import IO, NamedTuple

from analysis.sources.reading import limits
from analysis.sources.reading.archive import BROKEN, ENCRYPTED
from researcher.kit.refusal import Refusal

MAX_UNZIPPED = 2 << 30
MAX_DIRECTORY = 8 << 20
END = struct.Struct("<4sHHHHIIH")
END_MARK, ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"
# The end record stands within so many bytes of the end: itself and the longest comment.
TAIL = END.size + 0xFFFF
# What programs put beside the files of their users.
ASIDE = ("__MACOSX/",)


class Entry(NamedTuple):
    """One file of an archive; `number` counts the files from 1."""

    number: int
    name: str
    info: zipfile.ZipInfo


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, if its size is sane; raises Refusal before it is unpacked."""
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN:
        raise _damaged() from None
    _check_declared(archive)
    return archive


def entries(archive: zipfile.ZipFile) -> list[Entry]:
    """Its files in their order; folders and what programs put beside are left out."""
    files = [info for info in archive.infolist() if _is_file(info)]
    return [Entry(number, info.filename, info) for number, info in enumerate(files, 1)]


def content(archive: zipfile.ZipFile, entry: Entry, most: int) -> bytes:
    """The bytes of one file, never more than `most`. Raises Refusal."""
    info = entry.info
    if info.flag_bits & ENCRYPTED:
        raise Refusal("file_encrypted", "It is protected by a password: give it without one.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Refusal("file_is_link", "It is a link to another file: give the file itself.")
    if info.file_size > most:
        raise _too_large(most)
    try:
        with archive.open(info) as member:
            found = member.read(most + 1)
    except (*BROKEN, RuntimeError):
        raise Refusal("file_unreadable", "It cannot be unpacked: it is damaged.") from None
    if len(found) > most:
        raise _too_large(most)
    return found


def _is_file(info: zipfile.ZipInfo) -> bool:
    last = info.filename.rpartition("/")[2]
    return not info.is_dir() and not last.startswith(".") and not info.filename.startswith(ASIDE)


def _check_directory(file: IO[bytes]) -> None:
    """Look at the end record first: the list of a hostile archive alone can fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    at = tail.rfind(END_MARK)
    if at < 0 or len(tail) - at < END.size:
        raise _damaged()
    _, _, _, _, count, length, _, _ = END.unpack_from(tail, at)
    is_huge = tail[max(0, at - 20) : at].startswith(ZIP64_MARK)
    if is_huge or count > limits.MAX_MEMBERS or length > MAX_DIRECTORY:
        detail = f"The archive has more than {limits.MAX_MEMBERS:,} files: send it in parts."
        raise Refusal("archive_too_large", detail)


def _check_declared(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    packed, unpacked = sum(one.compress_size for one in infos), sum(one.file_size for one in infos)
    if len(infos) > limits.MAX_MEMBERS:
        detail = f"The archive has {len(infos):,} files; at most {limits.MAX_MEMBERS:,} are read."
        raise Refusal("archive_too_large", detail)
    if unpacked > MAX_UNZIPPED:
        detail = f"The archive unpacks to more than the {MAX_UNZIPPED >> 30} GB that are read."
        raise Refusal("archive_too_large", detail)
    # Measured at the file itself too: entries may share their packed bytes.
    packed = min(packed, archive.fp.seek(0, 2)) if archive.fp else packed
    if unpacked > limits.RATIO_FROM and unpacked > limits.MAX_RATIO * max(1, packed):
        detail = f"The archive unpacks to more than {limits.MAX_RATIO} times its size."
        raise Refusal("archive_too_large", detail)


def _too_large(most: int) -> Refusal:
    return Refusal("file_too_large", f"A file may have at most {most >> 20} MB.")


def _damaged() -> Refusal:
    return Refusal("archive_unreadable", "The ZIP archive is cut off or damaged: send it again.")
