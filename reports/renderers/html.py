"""The report as one HTML page: no script, nothing loaded from elsewhere, made to be printed."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from analysis.types import (
    Block,
    Citation,
    Conflict,
    ConflictTable,
    Derived,
    DerivedTable,
    Draft,
    Figure,
    FigureChart,
    FigureTable,
    Finding,
    Note,
    Paragraph,
    Points,
    Quote,
    Sentence,
    SourceRef,
    Verdict,
)
from reports.renderers.amounts import meaning
from reports.renderers.bibliography import address, described, name_of
from reports.renderers.edition import (
    KINDS,
    PRODUCT,
    VERDICTS,
    WITHOUT_MODEL,
    Chapter,
    Edition,
    long_date,
    percent,
    preferred,
    quote_anchor,
    quote_number,
)
from reports.renderers.elements import list_of, prose, table_of, tag, terms_of, text
from reports.renderers.facets import facets
from reports.renderers.style import style

# Also when the file is opened from a disk, it may style itself and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(draft: Draft) -> bytes:
    page = _Page(Edition(draft))
    return f"<!DOCTYPE html>\n{page.html()}\n".encode()


class _Page:
    def __init__(self, edition: Edition) -> None:
        self.edition, self.draft = edition, edition.draft

    def html(self) -> str:
        body = tag("body", tag("header", *self._head_of_report()), self._contents(), self._main())
        return tag("html", self._head(), body, lang=self.draft.language or "en")

    def _head(self) -> str:
        return tag(
            "head",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="description" content="{text(self.draft.brief.topic)}">',
            tag("title", text(self.draft.title)),
            tag("style", style()),
        )

    # --- before the chapters --------------------------------------------------------------

    def _head_of_report(self) -> Iterator[str]:
        yield tag("p", f"{PRODUCT} \u00b7 {text(self.edition.template)}", class_="eyebrow")
        yield prose("h1", text(self.draft.title))
        yield prose("p", text(self.draft.brief.topic), class_="topic")
        yield terms_of(self._facts())
        if not self.draft.uses_model:
            yield tag("p", WITHOUT_MODEL, class_="label")

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield from self.edition.cover_options
        if self.draft.as_of:
            yield "Sources as of", long_date(self.draft.as_of)
        yield "Submitted", long_date(self.draft.brief.submitted_at)
        yield "Confidence", f"{self.draft.confidence.value} of 100"
        yield "Analysis", str(self.draft.brief.analysis_id)

    def _contents(self) -> str:
        entries = [
            tag("li", tag("span", one.number), tag("a", text(one.title), href=f"#{one.anchor}"))
            for one in [Chapter("", "summary", "Executive summary"), *self.edition.all_chapters]
        ]
        return tag("nav", tag("h2", "Contents"), tag("ol", *entries), aria_label="Contents")

    def _main(self) -> str:
        return tag(
            "main",
            _section(Chapter("", "summary", "Executive summary"), self._summary()),
            *(_section(one, map(self._block, one.blocks)) for one in self.edition.chapters),
            *(_section(one, self._closing(one.anchor)) for one in self.edition.closing.values()),
        )

    def _summary(self) -> Iterator[str]:
        if self.draft.summary:
            yield list_of(map(self._sentence, self.draft.summary))
        else:
            yield tag("p", "The sources gave no answer that could stand here.", class_="note")
        yield tag("h3", f"Confidence: {self.draft.confidence.value} of 100")
        yield list_of(map(text, self.draft.confidence.reasons))

    # --- blocks ---------------------------------------------------------------------------

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return prose("p", " ".join(map(self._sentence, block.sentences)))
            case Points():
                return list_of(self._sentence(one, chips=True) for one in block.sentences)
            case FigureTable():
                return self._figures(block)
            case FigureChart():
                return self._chart(block)
            case DerivedTable():
                return self._derived(block)
            case ConflictTable():
                return self._conflicts(block)
            case Note():
                return prose("p", text(block.text), class_="note")

    def _sentence(self, sentence: Sentence, *, chips: bool = False) -> str:
        cites = self._cites(self.edition.citations_of(sentence))
        finding = self.edition.finding(sentence)
        shown = finding and (chips or finding.verdict is not Verdict.SUPPORTED)
        told = _chip(finding) if finding and shown else ""
        known = facets(finding) if finding and chips else ""
        more = tag("br") + tag("small", text(known)) if known else ""
        return text(sentence.text) + cites + told + more

    def _cites(self, citations: Iterable[Citation]) -> str:
        return "".join(
            "\u00a0"
            + tag(
                "a",
                f"[{one.source_number}]",
                class_="cite",
                href=f"#source-{one.source_number}",
                title=self.edition.quotes[one.quote].text,
            )
            for one in citations
        )

    def _figures(self, block: FigureTable) -> str:
        rows = [self._figure_row(self.edition.figures[key]) for key in block.figures]
        return table_of(block.caption, ("Figure", "Period", "Value as printed", "Source"), rows)

    def _figure_row(self, figure: Figure) -> list[str]:
        cites = self._cites(self.edition.cited([figure.quote]))
        return [text(figure.label), text(figure.period), _value(figure), cites]

    def _chart(self, block: FigureChart) -> str:
        figures = [self.edition.figures[key] for key in block.figures]
        largest = max((abs(one.value) for one in figures), default=Decimal(1)) or Decimal(1)
        rows = [[text(one.period), _bar(one, largest), tag("b", text(one.raw))] for one in figures]
        cites = self._cites(self.edition.cited(one.quote for one in figures))
        table = table_of(block.caption, ("Period", "", "Value as printed"), rows, class_="chart")
        return table + tag("p", f"Source:{cites}", class_="small")

    def _derived(self, block: DerivedTable) -> str:
        rows = [self._derived_row(one) for one in block.figures]
        head = ("Computed figure", "Period", "Value", "Formula", "Source")
        return table_of(block.caption, head, rows)

    def _derived_row(self, derived: Derived) -> list[str]:
        cites = self._cites(self.edition.cited(self.edition.operands(derived)))
        value = tag("b", text(derived.raw))
        return [text(derived.label), text(derived.period), value, text(derived.formula), cites]

    def _conflicts(self, block: ConflictTable) -> str:
        rows = [self._conflict_row(self.draft.conflicts[at]) for at in block.conflicts]
        head = ("Figure", "Period", "What the sources say", "Preferred")
        return table_of(block.caption, head, rows)

    def _conflict_row(self, conflict: Conflict) -> list[str]:
        figures = [self.edition.figures[key] for key in conflict.figures]
        said = "; ".join(
            tag("b", text(one.raw)) + self._cites(self.edition.cited([one.quote]))
            for one in figures
        )
        why = text(preferred(self.edition, conflict))
        return [text(conflict.label), text(conflict.period), said, why]

    # --- behind the chapters --------------------------------------------------------------

    def _closing(self, anchor: str) -> Iterator[str]:
        match anchor:
            case "questions":
                yield list_of(map(text, self.draft.open_questions))
            case "methodology":
                yield list_of(map(text, self.draft.methodology))
            case "limits":
                yield list_of(map(text, self.draft.limits))
            case "sources":
                yield from self._sources()
            case "register":
                yield tag("p", self.edition.checked)
                yield self._register()
            case "quotes":
                yield from self._quotes()
            case "request":
                yield terms_of(self.edition.request)

    def _sources(self) -> Iterator[str]:
        cited = [self._source(at, one) for at, one in enumerate(self.draft.sources, 1)]
        yield tag("ul", *cited, class_="sources")
        if self.draft.uncited:
            yield tag("h3", "Read, not cited")
            yield list_of(text(f"{name_of(one)}. {described(one)}") for one in self.draft.uncited)
        if self.draft.rejected:
            yield tag("h3", "Could not be used")
            yield list_of(text(f"{one.name}: {one.detail}") for one in self.draft.rejected)

    def _source(self, number: int, source: SourceRef) -> str:
        link = address(source)
        where = tag("a", text(link), href=link, rel="noopener noreferrer") if link else ""
        quotes = ", ".join(
            tag("a", quote_number(one), href=f"#{quote_anchor(one)}")
            for one, _ in self.edition.quotes_from(number)
        )
        return prose(
            "li",
            tag("span", f"[{number}]", class_="number"),
            f" {tag('b', text(name_of(source)))}. {text(described(source))}. {where}",
            tag("small", f" Quotes: {quotes}") if quotes else "",
            id=f"source-{number}",
        )

    def _register(self) -> str:
        rows = [self._finding_row(finding) for finding in self.draft.findings]
        return table_of("", ("Finding", "Kind", "Check", "Quotes"), rows)

    def _finding_row(self, finding: Finding) -> list[str]:
        reasons = tag("small", text("; ".join(finding.reasons))) if finding.reasons else ""
        quotes = " ".join(
            tag("a", quote_number(one), href=f"#{quote_anchor(one)}")
            for one in map(self.edition.citations.get, finding.quotes)
            if one
        )
        statement = f"{text(finding.text)} {reasons}"
        return [statement, KINDS[finding.kind], _chip(finding), quotes]

    def _quotes(self) -> Iterator[str]:
        for number, source in enumerate(self.draft.sources, 1):
            yield prose("h3", text(f"[{number}] {name_of(source)}"))
            for citation, quote in self.edition.quotes_from(number):
                yield self._quote(citation, quote)

    def _quote(self, citation: Citation, quote: Quote) -> str:
        source = self.edition.source(citation.source_number)
        back = " ".join(
            tag("a", text(words), href=f"#{anchor}")
            for words, anchor in self.edition.ways_back(citation)
        )
        place = f"{quote_number(citation)} \u00b7 {text(source.name)}, page {quote.page} \u00b7 "
        return tag(
            "figure",
            prose("blockquote", text(quote.text)),
            tag("figcaption", place + back),
            id=quote_anchor(citation),
        )


def _section(chapter: Chapter, blocks: Iterable[str]) -> str:
    number = tag("span", chapter.number, class_="number") + " " if chapter.number else ""
    heading = prose("h2", number, text(chapter.title))
    return tag("section", heading, *blocks, id=chapter.anchor)


def _chip(finding: Finding) -> str:
    words = f"{VERDICTS[finding.verdict]} \u00b7 {percent(finding.confidence)}"
    return " " + tag("span", words, class_=f"chip {finding.verdict}")


def _value(figure: Figure) -> str:
    read_as = meaning(figure)
    explained = f" {tag('small', text(read_as))}" if read_as else ""
    return tag("b", text(figure.raw)) + explained


def _bar(figure: Figure, largest: Decimal) -> str:
    share = abs(figure.value) / largest * 100
    return tag("span", class_="bar", style=f"width:{share:.1f}%", aria_hidden="true")
