"""Files of every kind, made on the spot: good ones and hostile ones."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import docx
import pptx
import xlsxwriter
from pptx.util import Inches
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*pages: str, password: str = "", **facts: str) -> bytes:
    """A PDF with a line of text for each line of each page; facts: title, author, subject."""
    stream = io.BytesIO()
    encryption = StandardEncryption(password) if password else None
    canvas = Canvas(stream, encrypt=encryption, invariant=1)
    for name, value in facts.items():
        getattr(canvas, f"set{name.capitalize()}")(value)
    for page in pages:
        for row, line in enumerate(page.split("\n")):
            canvas.drawString(50, 780 - 14 * row, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def raw_pdf(content: bytes, *, pages: int = 1, page: bytes = b"", unicode: bytes = b"") -> bytes:
    """A PDF of one page (shown `pages` times) with this content stream, written by hand.

    `page` are further entries of the page, `unicode` a CMap from its bytes to Unicode.
    """
    kids = b"3 0 R " * pages
    return assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R%s"
        b"/Resources<</Font<</F1 5 0 R>>>>>>" % page,
        stream(content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s>>"
        % (b"/ToUnicode 6 0 R" * bool(unicode)),
        stream(unicode),
    )


def assembled(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    parts, starts = [b"%PDF-1.4\n"], []
    for number, body in enumerate(objects, 1):
        starts.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = sum(map(len, parts))
    table = b"".join(b"%010d 00000 n \n" % at for at in starts)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(b"trailer<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1))
    return b"".join(parts) + b"startxref\n%d\n%%%%EOF" % start


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def unicode_map(codes: Mapping[str, str]) -> bytes:
    """A CMap that says which text each letter of the content stands for."""
    lines = [
        f"<{ord(letter):02x}> <{text.encode('utf-16-be', 'surrogatepass').hex()}>"
        for letter, text in codes.items()
    ]
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        "/CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange "
        f"{len(lines)} beginbfchar {' '.join(lines)} endbfchar endcmap end end"
    ).encode()


def flate_bomb(megabytes: int) -> bytes:
    """A PDF whose page unpacks to so many megabytes of blanks."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    return assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R>>",
        stream(packed, b"/Filter/FlateDecode"),
    )


def word(*paragraphs: str, table: Sequence[Sequence[str]] = (), **facts: str) -> bytes:
    """A Word document; a paragraph that begins with "# " is a heading."""
    document = docx.Document()
    for text in paragraphs:
        if text.startswith("# "):
            document.add_heading(text[2:], level=1)
        else:
            document.add_paragraph(text)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    for name, value in facts.items():
        setattr(document.core_properties, name, value)
    return saved(document)


def saved(document: object) -> bytes:
    """The bytes of a document of python-docx or python-pptx."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def slides(*texts: str, notes: str = "", table: Sequence[Sequence[str]] = ()) -> bytes:
    """A presentation: "title\\nbody" a slide; notes and table go on the last one."""
    deck = pptx.Presentation()
    for text in texts:
        title, _, body = text.partition("\n")
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    if table:
        size = (len(table), len(table[0]), *map(Inches, (1, 1, 4, 2)))
        grid = slide.shapes.add_table(*size).table
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                grid.cell(row, column).text = text
    return saved(deck)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name in hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def replaced(package: bytes, members: Mapping[str, bytes]) -> bytes:
    """An Office file in which these members are others, or new."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    return zipped({**parts, **members})


def with_part(package: bytes, kind: str, content: bytes) -> bytes:
    """A Word document with one more part that its text is related to."""
    table = "word/_rels/document.xml.rels"
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        relations = source.read(table)
    relation = f'<Relationship Id="rIdNew" Type="http://x/{kind}" Target="{kind}.xml"/>'
    end = b"</Relationships>"
    relations = relations.replace(end, relation.encode() + end)
    return replaced(package, {table: relations, f"word/{kind}.xml": content})


def word_with(body: str) -> bytes:
    """A Word document with this XML inside of its body."""
    head = f'<w:document xmlns:w="{WORD}"><w:body>'
    document = f"{head}{body}</w:body></w:document>".encode()
    return replaced(word("x"), {"word/document.xml": document})


def without(package: bytes, member: str) -> bytes:
    """An Office file that lacks a member."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return zipped({name: source.read(name) for name in source.namelist() if name != member})
