"""Whatever a file calls itself, it is read as what it is - or refused with a sentence."""

import random
from datetime import date

import pytest

from analysis.sources.reading import Reading, Unreadable, limits, read
from analysis.sources.reading.signature import check_upload
from tests.analysis.sources.reading import files

STORY = "Alice sold her share of the harbour. Bob had wanted to buy it for many years."
PAGE = f"<!doctype html><html><body><h1>The harbour</h1><p>{STORY}</p></body></html>".encode()


def refusal_of(content: bytes, name: str) -> Unreadable:
    with pytest.raises(Unreadable) as refusal:
        read(content, name)
    return refusal.value


def codes_of(reading: Reading) -> list[str]:
    return [warning.code for warning in reading.warnings]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (files.pdf(STORY), "a.pdf", "application/pdf"),
        (files.word(STORY), "a.docx", "wordprocessingml.document"),
        (files.slides(f"Title\n{STORY}"), "a.pptx", "presentationml.presentation"),
        (files.workbook({"Sheet": [[STORY]]}), "a.xlsx", "spreadsheetml.sheet"),
        (b"name,value\nAlice,1\nBob,2\n", "a.csv", "text/csv"),
        (PAGE, "a.html", "text/html"),
        (f"# The harbour\n\n{STORY}".encode(), "a.md", "text/markdown"),
        (STORY.encode(), "a.txt", "text/plain"),
    ],
)
def test_every_kind_is_read(content, name, media_type):
    reading = read(content, name)

    assert reading.media_type.endswith(media_type)
    assert codes_of(reading) == []
    assert "Alice" in reading.pages[0].text


def test_a_file_needs_no_ending_to_be_known():
    table = b"name;share;since\nAlice;1,5;2020\nBob;2,5;2021\n"

    assert read(files.word(STORY), "upload").media_type.endswith("wordprocessingml.document")
    assert read(PAGE, "upload").media_type == "text/html"
    assert read(table, "upload").media_type == "text/csv"
    assert read(STORY.encode(), "upload").media_type == "text/plain"


def test_a_page_may_begin_after_other_words_if_it_is_called_one():
    content = b"{% raw %}\n" + PAGE

    assert read(content, "a.html").media_type == "text/html"
    assert read(content, "a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PAGE, "report.pdf", "text/html"),
        (files.pdf(STORY), "report.txt", "application/pdf"),
        (files.word(STORY), "report.xlsx", "wordprocessingml.document"),
        (STORY.encode(), "report.csv", "text/plain"),
        (STORY.encode(), "report.docx", "text/plain"),
    ],
)
def test_a_mislabelled_file_is_read_with_a_warning(content, name, media_type):
    reading = read(content, name)

    assert reading.media_type.endswith(media_type)
    assert codes_of(reading) == ["mislabelled"]
    assert "Alice sold her share" in reading.pages[0].text


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"MZ\x90\x00" + bytes(500), "a Windows program"),
        (b"\x7fELF\x02\x01" + bytes(500), "a Linux program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "an image (PNG)"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "an image (JPEG)"),
        (b"\x1f\x8b\x08" + bytes(100), "an archive (gzip)"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', "an image (SVG)"),
        (b'<?xml version="1.0"?>\n<!-- a --><svg width="1"/>', "an image (SVG)"),
        (b'<?xml version="1.0"?><rss><title>x</title></rss>', "an XML file"),
        (b"{\\rtf1 hello}", "an RTF document"),
        (files.zipped({"a.txt": b"hello"}), "a ZIP archive"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "an old Office file"),
        (b"<html><script>" + files.pdf(STORY), "two files in one"),
    ],
)
@pytest.mark.parametrize("name", ["report.pdf", "report.txt"])
def test_what_is_no_document_is_refused_by_its_content(content, what, name):
    refusal = refusal_of(content, name)

    assert refusal.code == "file_type_not_allowed"
    assert what in refusal.detail
    assert "PDF, DOCX, PPTX, XLSX, CSV, HTML, Markdown" in refusal.detail


def test_a_text_may_begin_with_the_letters_of_a_binary_file():
    assert read(b"MZ is the mark of a program, said Alice.", "a.txt").media_type == "text/plain"
    assert read(b"BMW sold more cars than ever, said Bob.", "a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZfake", "report.pdf"),
        (b"MZ\x90\x90\x03\x04", "report.txt"),
        (b"MZ fake\x03", "report"),
        (b"BM1234", ""),
        (b"no pdf", "report.pdf"),
        (b"error 404", "report.docx"),
    ],
)
def test_a_few_letters_are_no_document_under_the_name_of_one(content, name):
    assert refusal_of(content, name).code == "file_type_not_allowed"


@pytest.mark.parametrize(
    ("content", "name"), [(b"BMW,5\nAudi,6\n", "sales.csv"), (b"no pdf", "a.txt"), (b"one", "a")]
)
def test_a_short_text_is_read_under_the_name_of_a_text(content, name):
    assert read(content, name).pages[0].text


class TestUploads:
    """What is told by a glance, before a file is kept."""

    @pytest.mark.parametrize(
        ("content", "name", "what"),
        [
            (b"MZfake", "report.pdf", "a Windows program"),
            (b"\x7fELF\x02\x01" + bytes(500), "report.txt", "a Linux program"),
            (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a.doc", "an old Office file"),
            (random.Random(1).randbytes(5000), "report.txt", "a binary file of an unknown kind"),  # noqa: S311
            (b"no pdf", "report.pdf", "The name promises a PDF"),
        ],
    )
    def test_what_is_none_of_the_files_that_are_read_is_refused(self, content, name, what):
        with pytest.raises(Unreadable) as refused:
            check_upload(content, name)
        assert refused.value.code == "file_type_not_allowed"
        assert what in refused.value.detail

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (files.pdf(STORY), "a.pdf"),
            (files.pdf(STORY), "a.txt"),
            (files.word(STORY), "a.docx"),
            (STORY.encode("utf-16"), "a.txt"),
            (STORY.encode("utf-16-le"), "a.txt"),
            (("石油危机发生在中东地区" * 9).encode("utf-16-be"), "a.txt"),
            (("Größe und Maß\0 " * 30).encode("cp1252"), "a.txt"),
            (STORY.encode(), "a.pdf"),
            (b"one", "a.txt"),
        ],
    )
    def test_what_may_be_read_passes(self, content, name):
        check_upload(content, name)


def test_an_empty_file_is_refused():
    assert refusal_of(b"", "a.pdf").code == "file_empty"


@pytest.mark.parametrize(
    "content", [b" \n\t\n ", b"... --- !\n___", b"<html><body> </body></html>", files.word("")]
)
def test_a_file_without_text_is_refused(content):
    assert refusal_of(content, "a").code == "file_empty"


def test_a_file_that_is_too_large_is_refused_before_anything_looks_into_it():
    refusal = refusal_of(b"%PDF-1.4" + bytes(limits.MAX_BYTES), "a.pdf")

    assert refusal.code == "file_too_large"
    assert "100 MB" in refusal.detail


def test_a_text_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 1000)
    monkeypatch.setattr(limits, "MAX_TEXT_BYTES", 5000)

    assert refusal_of(b"word " * 300, "a.txt").code == "file_too_complex"
    assert refusal_of(b"word " * 3000, "a.txt").code == "file_too_complex"
    assert refusal_of(files.pdf("word " * 20, *["word " * 20] * 12), "a.pdf").code == (
        "file_too_complex"
    )


def test_an_encrypted_office_file_asks_for_a_copy_without_a_password():
    content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(90) + "EncryptedPackage".encode("utf-16-le")
    refusal = refusal_of(content, "a.xlsx")

    assert refusal.code == "file_encrypted"
    assert "without" in refusal.detail


def test_what_a_document_says_of_itself_is_kept():
    filing = files.pdf(
        "FORM 10-Q\nFor the quarterly period ended July 1, 2023\nApple Inc.",
        title="Quarterly report of Apple",
        author="Apple Inc.",
        subject="Form 10-Q filed on 2023-08-04",
    )
    reading = read(filing, "aapl.pdf")

    assert (reading.title, reading.author) == ("Quarterly report of Apple", "Apple Inc.")
    assert reading.as_of == date(2023, 7, 1)
    assert reading.published_on == date(2023, 8, 4)


def test_the_date_of_the_file_is_shown_but_says_nothing_of_the_content():
    reading = read(files.pdf(STORY), "a.pdf")

    assert reading.published_on == date(2000, 1, 1)  # reportlab's, of a file without a date
    assert reading.as_of is None


def test_dates_in_the_rows_of_a_table_are_not_the_date_of_the_table():
    reading = read(b"what,share\nState as of 2023-01-02,1\n", "a.csv")

    assert (reading.published_on, reading.as_of) == (None, None)


def test_control_characters_are_left_out_and_told():
    reading = read(b"Alice\x00 sold \x07her share\x1b of the harbour.", "a.txt")

    assert reading.pages[0].text == "Alice sold her share of the harbour."
    assert codes_of(reading) == ["control_characters_removed"]


def test_a_user_is_told_each_thing_once():
    page = f"<html><body><p>{STORY}\u202e \u200b\u200b\u200b\x07</p></body></html>"

    assert sorted(codes_of(read(page.encode(), "a.html"))) == [
        "control_characters_removed",
        "direction_overrides_removed",
        "hidden_text_suspected",
    ]


def test_reading_the_same_bytes_twice_gives_the_same():
    for content in (files.pdf(STORY), files.word(STORY), PAGE):
        assert read(content, "a") == read(content, "a")
