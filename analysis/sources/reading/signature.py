"""What a file is by the bytes it begins with: a PDF, an Office file, or nothing that is read."""

import re

from analysis.sources.reading import archive, encoding
from analysis.sources.reading.kind import BINARIES, Kind, check_promise, not_allowed, promised
from analysis.sources.reading.types import Unreadable

# How files begin that are no documents: the bytes, where they stand, and what the file is.
REFUSED = [
    (b"MZ", 0, "a Windows program"),
    (b"\x7fELF", 0, "a Linux program"),
    (b"\xcf\xfa\xed\xfe", 0, "a macOS program"),
    (b"\xce\xfa\xed\xfe", 0, "a macOS program"),
    (b"\xca\xfe\xba\xbe", 0, "a compiled program"),
    (b"\x00asm", 0, "a compiled program"),
    (b"\x89PNG", 0, "an image (PNG)"),
    (b"\xff\xd8\xff", 0, "an image (JPEG)"),
    (b"GIF8", 0, "an image (GIF)"),
    (b"II*\x00", 0, "an image (TIFF)"),
    (b"MM\x00*", 0, "an image (TIFF)"),
    (b"BM", 0, "an image (BMP)"),
    (b"WEBP", 8, "an image (WebP)"),
    (b"\x00\x00\x01\x00", 0, "an image (ICO)"),
    (b"8BPS", 0, "an image (Photoshop)"),
    (b"ftyp", 4, "a video or an image"),
    (b"RIFF", 0, "a sound or a video"),
    (b"ID3", 0, "a sound (MP3)"),
    (b"OggS", 0, "a sound (Ogg)"),
    (b"fLaC", 0, "a sound (FLAC)"),
    (b"\x1aE\xdf\xa3", 0, "a video (Matroska)"),
    (b"\x1f\x8b", 0, "an archive (gzip)"),
    (b"BZh", 0, "an archive (bzip2)"),
    (b"\xfd7zXZ\x00", 0, "an archive (xz)"),
    (b"7z\xbc\xaf'\x1c", 0, "an archive (7-Zip)"),
    (b"Rar!", 0, "an archive (RAR)"),
    (b"ustar", 257, "an archive (tar)"),
    (b"SQLite format 3\x00", 0, "a database"),
    (b"{\\rtf", 0, "an RTF document (save it as DOCX)"),
    (b"%!PS", 0, "a PostScript file (save it as PDF)"),
]
HEAD = 4096
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
WORDS = 3
PDF_WITHIN = 1024
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OFFICE = {
    "word/document.xml": Kind.DOCX,
    "ppt/presentation.xml": Kind.PPTX,
    "xl/workbook.xml": Kind.XLSX,
    "xl/workbook.bin": Kind.XLSX,
}


def check_upload(content: bytes, name: str) -> None:
    """Refuse at once what shows by its first bytes that it is none of the files that are read.

    Nothing is unpacked or parsed here: what passes may still be found unreadable by its reader.
    Raises Unreadable (file_type_not_allowed, file_encrypted).
    """
    if _is_pdf(content) or content.startswith(b"PK"):
        return
    if content.startswith(OLE):
        raise _old_office(content)
    refuse_others(content, name)
    if encoding.is_binary(content):
        raise not_allowed("a binary file of an unknown kind")
    check_promise(content[:HEAD].decode("utf-8", "ignore"), name)


def kind_by_signature(content: bytes, name: str = "") -> Kind | None:
    """The kind of a binary document, None for what may be text; raises Unreadable for the rest."""
    before, is_pdf, _ = content[:PDF_WITHIN].partition(b"%PDF-")
    if is_pdf and b"<" in before:
        raise not_allowed("two files in one, a page and a PDF")
    if _is_pdf(content):
        return Kind.PDF
    if content.startswith(b"PK"):
        return _office(content)
    if content.startswith(OLE):
        raise _old_office(content)
    refuse_others(content, name)
    return None


def _is_pdf(content: bytes) -> bool:
    before, found, _ = content[:PDF_WITHIN].partition(b"%PDF-")
    return bool(found) and not before.startswith((b"PK", b"MZ"))


def refuse_others(content: bytes, name: str) -> None:
    """Raises Unreadable for programs, images, sounds, archives: what begins as they do."""
    for magic, at, what in REFUSED:
        if content[at : at + len(magic)] == magic and not _may_be_words(magic, content, name):
            raise not_allowed(what)


def _may_be_words(magic: bytes, content: bytes, name: str) -> bool:
    """A text may begin with the letters that a binary file begins with: it goes on in words.

    A few letters are one only under the name of a text.
    """
    head = content[:HEAD]
    if not (magic.isalnum() and magic.isascii()) or CONTROLS.search(head):
        return False
    is_named_text = promised(name) not in (None, *BINARIES)
    return is_named_text or len(head.split()) >= WORDS


def _office(content: bytes) -> Kind | None:
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    members = archive.members(content)
    for member, kind in OFFICE.items():
        if member in members:
            return kind
    raise not_allowed("a ZIP archive")


def _old_office(content: bytes) -> Unreadable:
    if OLE_ENCRYPTED in content:
        return Unreadable(
            "file_encrypted",
            "The file is protected by a password. Please upload a copy without one.",
        )
    return not_allowed("an old Office file (save it as DOCX, PPTX or XLSX)")
