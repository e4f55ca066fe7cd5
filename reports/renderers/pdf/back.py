"""What stands behind the chapters: method, limits, sources, and the appendices."""

from collections.abc import Callable, Iterator

from reportlab.platypus import Flowable, PageBreak

from analysis.types import Citation, Finding, Quote, SourceRef
from reports.renderers import theme
from reports.renderers.bibliography import address, described, name_of
from reports.renderers.edition import KINDS, quote_anchor, quote_number
from reports.renderers.pdf.words import BREAK, Span
from reports.renderers.pdf.writer import GAP, Writer, chip

NUMBERS = 28.0
# The size of what is said about a source or a quote, beside the thing itself.
SMALL = 0.8
# Of the characters that could not be printed, so many are named.
NAMED = 40


def back(writer: Writer) -> Iterator[Flowable]:
    pages: dict[str, Callable[[Writer], Iterator[Flowable]]] = {
        "questions": lambda it: it.points(it.edition.draft.open_questions),
        "methodology": lambda it: it.points(it.edition.draft.methodology),
        "limits": _limits,
        "sources": _sources,
        "register": _register,
        "quotes": _quotes,
        "request": _request,
    }
    for anchor, chapter in writer.edition.closing.items():
        if chapter.number == "A":
            yield PageBreak()
        yield writer.chapter(chapter.title, anchor, chapter.number)
        yield from pages[anchor](writer)


def _limits(writer: Writer) -> Iterator[Flowable]:
    yield from writer.points([*writer.edition.draft.limits, *_unprinted(writer)])


def _unprinted(writer: Writer) -> Iterator[str]:
    """What a reader has to know of characters that stand here as code points."""
    missing = writer.fonts.missing
    if missing:
        codes = ", ".join(f"U+{ord(character):04X}" for character in missing[:NAMED])
        more = " and others" if len(missing) > NAMED else ""
        yield (
            f"No font of this report has {len(missing)} of the characters in it, so their code"
            f" points are printed in brackets: {codes}{more}."
        )


# --- sources ------------------------------------------------------------------------------


def _sources(writer: Writer) -> Iterator[Flowable]:
    draft = writer.edition.draft
    for number, source in enumerate(draft.sources, 1):
        yield _source(writer, number, source)
    if draft.uncited:
        yield writer.subhead("Read, not cited")
        yield from writer.points(f"{name_of(one)}. {described(one)}" for one in draft.uncited)
    if draft.rejected:
        yield writer.subhead("Could not be used")
        yield from writer.points(f"{one.name}: {one.detail}" for one in draft.rejected)


def _source(writer: Writer, number: int, source: SourceRef) -> Flowable:
    label = Span(f"[{number}]", face=theme.BOLD, colour=theme.ACCENT)
    spans = [Span(name_of(source), face=theme.BOLD), Span(". " + described(source) + ". ")]
    if link := address(source):
        spans.append(Span(link, colour=theme.ACCENT, link=link))
    return writer.hanging(
        theme.BODY,
        label,
        *spans,
        *_quote_links(writer, number),
        anchor=f"source-{number}",
        indent=NUMBERS,
    )


def _quote_links(writer: Writer, number: int) -> Iterator[Span]:
    quotes = writer.edition.quotes_from(number)
    if quotes:
        yield from (BREAK, _small("Quotes"))
    for citation, _ in quotes:
        yield _small(" ")
        link = f"#{quote_anchor(citation)}"
        yield Span(quote_number(citation), colour=theme.ACCENT, scale=SMALL, link=link)


# --- appendices ---------------------------------------------------------------------------


def _register(writer: Writer) -> Iterator[Flowable]:
    yield writer.text(theme.BODY, writer.edition.checked)
    rows = [_finding(writer, finding) for finding in writer.edition.draft.findings]
    yield writer.grid(("Finding", "Kind", "Check", "Quotes"), rows, (0.48, 0.185, 0.225, 0.11))


def _finding(writer: Writer, finding: Finding) -> list[list[Span]]:
    reasons = [BREAK, _small("; ".join(finding.reasons))] if finding.reasons else []
    numbers: list[Span] = []
    for quote in finding.quotes:
        if citation := writer.edition.citations.get(quote):
            link = f"#{quote_anchor(citation)}"
            numbers += [Span(quote_number(citation), colour=theme.ACCENT, link=link), Span(" ")]
    statement = [Span(finding.text), *reasons]
    return [statement, [Span(KINDS[finding.kind])], chip(finding)[1:], numbers]


def _quotes(writer: Writer) -> Iterator[Flowable]:
    for number, source in enumerate(writer.edition.draft.sources, 1):
        yield writer.subhead(f"[{number}] {name_of(source)}")
        for citation, quote in writer.edition.quotes_from(number):
            yield _quote(writer, citation, quote)


def _quote(writer: Writer, citation: Citation, quote: Quote) -> Flowable:
    """The exact words, where they stand, and the ways back."""
    label = Span(quote_number(citation), face=theme.BOLD, colour=theme.ACCENT, scale=0.84)
    source = writer.edition.source(citation.source_number)
    links: list[Span] = []
    for words, anchor in writer.edition.ways_back(citation):
        links += [_small(GAP), Span(words, theme.SANS, theme.ACCENT, SMALL, f"#{anchor}")]
    place = _small(f"{source.name}, page {quote.page}")
    return writer.hanging(
        theme.QUOTE,
        label,
        *(Span(quote.text), BREAK, place, *links),
        anchor=quote_anchor(citation),
        indent=NUMBERS,
    )


def _small(text: str) -> Span:
    return Span(text, theme.SANS, theme.MUTED, SMALL)


def _request(writer: Writer) -> Iterator[Flowable]:
    facts = writer.edition.request
    rows = [[[Span(label, colour=theme.MUTED)], [Span(value)]] for label, value in facts]
    yield writer.grid((), rows, (0.26, 0.74))
