"""A hostile archive is refused before it is unpacked."""

import io
import struct
import zipfile

import pytest

from analysis.importing import archives
from analysis.sources.reading import limits
from researcher.kit.refusal import Refusal
from tests.analysis.importing.conftest import zipped


def code_of(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        archives.opened(io.BytesIO(content))
    return caught.value.code


def test_an_archive_of_files_is_opened():
    archive = archives.opened(io.BytesIO(zipped({"a/b.txt": b"words", "c/": b""})))
    (entry,) = archives.entries(archive)
    assert (entry.number, entry.name) == (1, "a/b.txt")
    assert archives.content(archive, entry, 100) == b"words"


def test_a_bomb_is_refused_by_its_ratio():
    assert code_of(zipped({"a.txt": b"0" * (20 << 20)})) == "archive_too_large"


def test_too_many_files_are_refused_before_they_are_listed():
    content = bytearray(zipped({"a.txt": b"a"}))
    at = content.rfind(archives.END_MARK)
    struct.pack_into("<HH", content, at + 8, *[limits.MAX_MEMBERS + 1] * 2)
    assert code_of(bytes(content)) == "archive_too_large"


def test_an_archive_that_says_it_is_huge_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNZIPPED", 10)
    assert code_of(zipped({"a.txt": b"a" * 11})) == "archive_too_large"


@pytest.mark.parametrize("content", [b"PK", b"PK\x03\x04" + b"x" * 100, b""])
def test_what_is_no_archive_is_refused(content):
    assert code_of(content) == "archive_unreadable"


def test_a_cut_off_archive_is_refused():
    assert code_of(zipped({"a.txt": b"a" * 1000})[:-30]) == "archive_unreadable"


class TestContent:
    def refused(self, archive: zipfile.ZipFile, most: int = 100) -> str:
        with pytest.raises(Refusal) as caught:
            archives.content(archive, archives.entries(archive)[0], most)
        return caught.value.code

    def test_a_file_beyond_the_limit_is_refused(self):
        archive = archives.opened(io.BytesIO(zipped({"a.txt": b"a" * 101})))
        assert self.refused(archive) == "file_too_large"

    def test_a_damaged_file_is_refused(self):
        content = bytearray(zipped({"a.txt": bytes(range(100))}))
        content[50:60] = b"?" * 10
        assert self.refused(archives.opened(io.BytesIO(bytes(content)))) == "file_unreadable"

    def test_a_link_is_refused(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            info = zipfile.ZipInfo("link")
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
        assert self.refused(archives.opened(out)) == "file_is_link"

    def test_a_protected_file_is_refused(self):
        content = bytearray(zipped({"a.txt": b"a" * 50}))
        content[content.index(b"PK\x01\x02") + 8] |= 1
        assert self.refused(archives.opened(io.BytesIO(bytes(content)))) == "file_encrypted"
