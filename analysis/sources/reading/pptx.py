"""PowerPoint presentations: a page a slide, with its tables and its notes."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from analysis.sources.reading import labels, limits, rows
from analysis.sources.reading.office import Package, damaged, local, within
from analysis.sources.reading.types import Extract

# Shapes that every slide repeats: the number, the date, header and footer, the slide's picture.
FURNITURE = frozenset({"sldNum", "dt", "hdr", "ftr", "sldImg"})


def read(content: bytes) -> Extract:
    package = Package(content)
    slides = _slides(package)
    if len(slides) > limits.MAX_PAGES:
        raise limits.too_complex(f"It has more than {limits.MAX_PAGES:,} slides.")
    pages = [_page(package, slide) for slide in slides]
    facts = package.facts()
    return Extract(
        pages=pages,
        title=facts.title or labels.first_line("".join(pages[:1])),
        author=facts.author,
        created_on=facts.created_on,
    )


def _slides(package: Package) -> list[str]:
    """The parts of the slides in the order in which they are shown."""
    main = package.main()
    targets = package.relations(main)
    slides = []
    for entry in package.part(main).iter("{*}sldId"):
        known = [targets[key] for key in entry.attrib.values() if key in targets]
        if not known:
            raise damaged()
        slides.append(known[0][1])
    return slides


def _page(package: Package, slide: str) -> str:
    """The slide's shapes in their order, its charts, its notes, parted by blank lines."""
    notes = package.related(slide, "notesSlide")
    blocks = list(_blocks(package.part(slide)))
    for chart in package.related(slide, "chart"):
        blocks += _chart(package.part(chart))
    for part in notes[:1]:
        blocks += _blocks(package.part(part))
    return "\n\n".join(blocks)


def _blocks(parent: Any) -> Iterator[str]:
    for element in parent:
        kind = local(element)
        if kind == "txBody":
            yield from filter(None, ["\n".join(_paragraphs(element))])
        elif kind == "tbl":
            yield "\n".join(rows.table_lines(_rows(element)))
        elif kind != "Fallback" and not _is_furniture(element):
            yield from _blocks(element)


def _chart(chart: Any) -> Iterator[str]:
    """A chart as the table that it draws, under its title: a row a category, a column a series."""
    for title in within(chart, "title"):
        yield from filter(None, ["".join(piece.text or "" for piece in title.iter("{*}t"))])
    series = list(chart.iter("{*}ser"))
    if series:
        header = ["", *(" ".join(_values(one, "tx")) for one in series)]
        columns = [_values(series[0], "cat"), *(_values(one, "val") for one in series)]
        yield "\n".join(rows.table_lines([header, *zip_longest(*columns, fillvalue="")]))


def _values(series: Any, role: str) -> list[str]:
    return [value.text or "" for part in within(series, role) for value in part.iter("{*}v")]


def _is_furniture(shape: Any) -> bool:
    if local(shape) != "sp":
        return False
    return any(place.get("type") in FURNITURE for place in within(shape, "ph"))


def _paragraphs(body: Any) -> Iterator[str]:
    for paragraph in within(body, "p"):
        text = "".join(
            "\n" if local(piece) == "br" else piece.text or ""
            for piece in paragraph.iter("{*}t", "{*}br")
        )
        yield from filter(None, [text.strip()])


def _rows(table: Any) -> Iterator[list[str]]:
    for row in within(table, "tr"):
        yield [" ".join(_paragraphs(cell)) for cell in within(row, "tc")]
