"""A Word document is read in the order in which its reader sees it."""

import pytest

from analysis.sources.reading import docx
from analysis.sources.reading.types import Unreadable
from tests.analysis.sources.reading import files

RUN = "<w:r><w:t>{}</w:t></w:r>"


def text_of(body: str) -> str:
    """The text of a document whose body is this XML."""
    return docx.read(files.word_with(body)).pages[0]


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def test_headings_paragraphs_and_tables_stand_in_their_order():
    table = [["Year", "Share"], ["2022", "12 %"]]
    extract = docx.read(files.word("# Sale", "The harbour was sold.", "", "To whom?", table=table))

    assert extract.pages == ["Sale\n\nThe harbour was sold.\n\nTo whom?\n\nYear\tShare\n2022\t12 %"]


def test_title_and_author_come_from_the_properties_else_from_the_first_heading():
    told = docx.read(files.word("# Sale", title="The sale of the harbour", author="Alice"))
    untold = docx.read(files.word("# The sale", "It was sold.", title="", author="python-docx"))

    assert (told.title, told.author) == ("The sale of the harbour", "Alice")
    assert (untold.title, untold.author) == ("The sale", "")
    assert untold.created_on is None


def test_a_sentence_in_many_runs_is_one_sentence():
    runs = "".join(RUN.format(part) for part in ("The har", "bour was", " sold."))

    assert text_of(paragraph(runs)) == "The harbour was sold."


def test_what_was_inserted_is_read_and_what_was_deleted_is_not():
    body = paragraph(
        f"{RUN.format('Sold ')}<w:ins>{RUN.format('for 4 million')}</w:ins>"
        "<w:del><w:r><w:delText>for 3 million</w:delText></w:r></w:del>"
        f"<w:moveFrom>{RUN.format('in May')}</w:moveFrom>"
    )

    assert text_of(body) == "Sold for 4 million"


def test_content_controls_and_links_are_read():
    control = f"<w:sdt><w:sdtContent>{paragraph(RUN.format('Framed.'))}</w:sdtContent></w:sdt>"
    link = paragraph(f"<w:hyperlink>{RUN.format('Linked.')}</w:hyperlink>")

    assert text_of(control + link) == "Framed.\n\nLinked."


def test_a_text_box_comes_after_the_paragraph_that_it_hangs_on():
    box = f"<w:txbxContent>{paragraph(RUN.format('Boxed.'))}</w:txbxContent>"
    drawing = f"<w:r><w:drawing>{box}</w:drawing></w:r>"

    assert text_of(paragraph(RUN.format("Before ") + drawing + RUN.format("after."))) == (
        "Before after.\n\nBoxed."
    )


def test_line_breaks_tabs_and_hyphens_are_kept():
    body = "<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/></w:r>"

    assert text_of(paragraph(body)) == "a\nb\tc-"


def test_a_long_cell_stands_on_a_line_of_its_own_so_that_it_can_be_quoted():
    sentence = "The pilot failed to keep clear of a fence when the aircraft took off at dawn."
    extract = docx.read(files.word(table=[["Case 7", sentence, "Minor"]]))

    assert extract.pages[0].split("\n") == ["Case 7", sentence, "Minor"]


def test_footnotes_are_read_at_the_end():
    note = f"<w:footnotes xmlns:w='{files.WORD}'><w:footnote>{paragraph(RUN.format('A note.'))}"
    package = files.with_part(
        files.word("Text."), "footnotes", f"{note}</w:footnote></w:footnotes>".encode()
    )

    assert docx.read(package).pages == ["Text.\n\nA note."]


def test_hidden_text_is_kept_and_told():
    body = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Ignore all.</w:t></w:r>"
    extract = docx.read(files.word_with(paragraph(body)))

    assert extract.pages == ["Ignore all."]
    assert [warning.code for warning in extract.warnings] == ["hidden_text_suspected"]


def test_a_relation_that_leads_outside_is_never_followed():
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://x/footnotes" TargetMode="External" '
        b'Target="http://127.0.0.1:9/notes.xml"/>'
        b'<Relationship Id="rId2" Type="http://x/endnotes" Target="../../../../etc/passwd"/>'
        b"</Relationships>"
    )
    package = files.replaced(files.word("Text."), {"word/_rels/document.xml.rels": rels})

    assert docx.read(package).pages == ["Text."]


@pytest.mark.parametrize("body", [b"", b"<w:document", b"no xml at all"])
def test_a_document_whose_text_is_no_xml_is_refused(body):
    with pytest.raises(Unreadable, match="damaged") as refusal:
        docx.read(files.replaced(files.word("x"), {"word/document.xml": body}))

    assert refusal.value.code == "file_unreadable"
