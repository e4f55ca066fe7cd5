"""An Office file is weighed before it is opened."""

import io
import struct
import zipfile

import pytest

from analysis.sources.reading import archive, docx, limits, xlsx
from analysis.sources.reading.types import Unreadable
from tests.analysis.sources.reading import files

LAUGHS = "".join(
    f'<!ENTITY {name} "{f"&{inner};" * 10}">'
    for name, inner in zip("bcdefghij", "abcdefghi", strict=True)
)
LAUGHTER = (
    f'<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "ha">{LAUGHS}]>'
    f'<w:document xmlns:w="{files.WORD}"><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body>'
    "</w:document>"
)
PASSWORDS = LAUGHTER.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')


def refusal_of(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refusal:
        archive.check(content)
    return refusal.value


def word_of(document: bytes) -> bytes:
    return files.replaced(files.word("x"), {"word/document.xml": document})


def declaring(size: int) -> bytes:
    """An archive whose one part of 100 kB says in the central directory that it has this size."""
    content = bytearray(files.zipped({"xl/sheet1.xml": b"<a>" + b" " * 100_000 + b"</a>"}))
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, size)
    return bytes(content)


def test_a_good_file_passes():
    archive.check(files.word("Text."))
    archive.check(files.slides("Title\nText"))
    archive.check(files.workbook({"Sheet": [["a", 1]]}))


def test_a_file_that_unpacks_to_too_much_is_refused_without_unpacking():
    refusal = refusal_of(declaring(limits.MAX_UNZIPPED + 1))

    assert refusal.code == "file_too_complex"
    assert "200 MB" in refusal.detail


def test_a_file_that_is_packed_too_well_is_refused():
    refusal = refusal_of(word_of(b" " * (limits.RATIO_FROM + (1 << 20))))

    assert refusal.code == "file_too_complex"
    assert "times its size" in refusal.detail


def test_a_file_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_MEMBERS", 50)
    refusal = refusal_of(files.zipped(dict.fromkeys(map(str, range(51)), b"")))

    assert refusal.code == "file_too_complex"
    assert "51 parts" in refusal.detail


def test_a_part_that_lies_about_its_size_is_refused():
    assert refusal_of(declaring(10)).code == "file_unreadable"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("document", [LAUGHTER, PASSWORDS])
def test_xml_that_defines_entities_is_refused(document, encoding):
    content = word_of(document.encode(encoding))

    assert refusal_of(content).code == "file_unreadable"
    with pytest.raises(Unreadable, match="entities"):
        docx.read(content)


def test_a_definition_across_two_chunks_is_found():
    padding = b" " * (archive.CHUNK - 5)

    assert refusal_of(files.zipped({"a.xml": padding + b"<!DOCTYPE x>"})).code == "file_unreadable"


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused(kept):
    content = files.word("Text.")

    assert refusal_of(content[: int(len(content) * kept)]).code == "file_unreadable"


def test_a_locked_part_asks_for_a_copy_without_a_password():
    content = bytearray(files.word("Text."))
    struct.pack_into("<H", content, content.rindex(b"PK\x01\x02") + 8, 1)  # its flags

    assert refusal_of(bytes(content)).code == "file_encrypted"


def test_a_damaged_part_is_refused():
    content = bytearray(files.workbook({"Sheet": [["a"] * 50] * 50}))
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        at = source.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[at + 80 : at + 120] = b"\x00" * 40

    assert refusal_of(bytes(content)).code == "file_unreadable"
    with pytest.raises(Unreadable):
        xlsx.read(bytes(content))
