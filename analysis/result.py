"""The result of an analysis as the doors show it: flat, every claim with its citations."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from analysis.result_types import (
    Cited,
    CitedFinding,
    DataPoint,
    DerivedPoint,
    Disagreement,
    Result,
    ResultSection,
    ResultSource,
    Statement,
    Timings,
    Usage,
)
from analysis.types import (
    Block,
    Conflict,
    ConflictTable,
    Derived,
    DerivedTable,
    Draft,
    DraftSection,
    Figure,
    FigureChart,
    FigureTable,
    Finding,
    FindingKind,
    Note,
    Points,
    Sentence,
    SourceRef,
)

NO_RISKS = "No risks were found in the sources."
KEY_SENTENCES = 3
LARGE = (
    (Decimal(10) ** 12, "trillion"),
    (Decimal(10) ** 9, "billion"),
    (Decimal(10) ** 6, "million"),
)


def result_of(
    draft: Draft, *, usage: Usage | None = None, timings: Timings | None = None
) -> Result:
    """The result that a Draft tells; what a run cost and took is not part of a Draft."""
    view = _View(draft)
    risks = view.statements(FindingKind.RISK)
    return Result(
        analysis_id=draft.brief.analysis_id,
        title=draft.title,
        topic=draft.brief.topic,
        template=draft.brief.template.slug,
        template_version=draft.brief.template.version,
        language=draft.language,
        analyst=draft.analyst,
        uses_model=draft.uses_model,
        as_of=draft.as_of,
        summary=" ".join(sentence.text for sentence in draft.summary),
        key_summary=tuple(sentence.text for sentence in draft.summary[:KEY_SENTENCES]),
        confidence=draft.confidence,
        insights=view.statements(FindingKind.INSIGHT, FindingKind.FACT),
        significant_changes=view.statements(FindingKind.CHANGE),
        risks=risks,
        risk_assessment=" ".join(one.text for one in risks[:KEY_SENTENCES]) or NO_RISKS,
        recommendations=view.statements(FindingKind.RECOMMENDATION),
        data_points=tuple(view.data_point(figure) for figure in draft.figures),
        conflicts=tuple(view.disagreement(conflict) for conflict in draft.conflicts),
        sections=tuple(view.section(section) for section in draft.sections),
        findings=tuple(view.finding(finding) for finding in draft.findings),
        citations=tuple(view.cited.values()),
        sources=tuple(view.sources()),
        rejected=draft.rejected,
        open_questions=draft.open_questions,
        check=draft.check,
        methodology=draft.methodology,
        limits=draft.limits,
        usage=usage or Usage(),
        timings=timings or Timings(),
        derived=tuple(view.derived()),
    )


class _View:
    """A Draft with its keys resolved."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.figures = {figure.key: figure for figure in draft.figures}
        self.findings = {finding.id: finding for finding in draft.findings}
        self.cited = dict(self._cited())

    def _cited(self) -> Iterator[tuple[str, Cited]]:
        quotes = {quote.key: quote for quote in self.draft.quotes}
        sources = {source.key: source for source in self.draft.sources}
        for citation in self.draft.citations:
            quote = quotes[citation.quote]
            source = sources[quote.source]
            yield (
                quote.key,
                Cited(
                    mark=f"{citation.source_number}.{citation.quote_number}",
                    source_number=citation.source_number,
                    document=source.name,
                    document_id=source.document_id,
                    url=source.url,
                    page=quote.page,
                    start=quote.start,
                    end=quote.end,
                    quote=quote.text,
                ),
            )

    def statements(self, *kinds: FindingKind) -> tuple[Statement, ...]:
        return tuple(
            Statement(
                id=one.id,
                text=one.text,
                confidence=one.confidence,
                citations=self._marks(one.quotes),
                risk=one.risk,
                conditions=one.conditions,
            )
            for one in self.draft.findings
            if one.kind in kinds
        )

    def _marks(self, quotes: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.cited[key].mark for key in quotes)

    def finding(self, finding: Finding) -> CitedFinding:
        return CitedFinding(
            id=finding.id,
            section=finding.section,
            text=finding.text,
            kind=finding.kind,
            verdict=finding.verdict,
            confidence=finding.confidence,
            reasons=finding.reasons,
            risk=finding.risk,
            conditions=finding.conditions,
            citations=tuple(self.cited[key] for key in finding.quotes),
        )

    def data_point(self, figure: Figure) -> DataPoint:
        return DataPoint(
            key=f"{figure.label}, {figure.period}" if figure.period else figure.label,
            value=readable(figure),
            label=figure.label,
            number=figure.value,
            unit=figure.unit,
            currency=figure.currency,
            period=figure.period,
            as_of=figure.as_of,
            printed=figure.raw,
            citations=self._marks([figure.quote]),
        )

    def derived(self) -> Iterator[DerivedPoint]:
        for section in self.draft.sections:
            for block in section.blocks:
                if isinstance(block, DerivedTable):
                    yield from map(self.derived_point, block.figures)

    def derived_point(self, derived: Derived) -> DerivedPoint:
        quotes = dict.fromkeys(self.figures[key].quote for key in derived.operands)
        return DerivedPoint(
            key=f"{derived.label}, {derived.period}",
            kind=derived.kind,
            value=derived.raw,
            label=derived.label,
            number=derived.value,
            unit=derived.unit,
            period=derived.period,
            formula=derived.formula,
            citations=self._marks(quotes),
        )

    def disagreement(self, conflict: Conflict) -> Disagreement:
        order = sorted(conflict.figures, key=lambda key: key != conflict.preferred)
        return Disagreement(
            label=conflict.label,
            period=conflict.period,
            reason=conflict.reason,
            values=tuple(self.data_point(self.figures[key]) for key in order),
        )

    def section(self, drafted: DraftSection) -> ResultSection:
        return ResultSection(
            key=drafted.section.key,
            title=drafted.section.title,
            kind=drafted.section.kind,
            answered=drafted.answered,
            questions=drafted.questions,
            text="\n\n".join(self._text(block) for block in drafted.blocks),
        )

    def _text(self, block: Block) -> str:
        if isinstance(block, Note):
            return block.text
        if isinstance(block, FigureTable | FigureChart):
            return self._lines(block.caption, (self.figures[key] for key in block.figures))
        if isinstance(block, DerivedTable):
            return "\n".join([f"{block.caption}:", *map(self._computed, block.figures)])
        if isinstance(block, ConflictTable):
            conflicts = [self.draft.conflicts[number] for number in block.conflicts]
            figures = [self.figures[key] for conflict in conflicts for key in conflict.figures]
            return self._lines(block.caption, figures)
        printed = [self._printed(sentence) for sentence in block.sentences]
        return (
            "\n".join(f"- {one}" for one in printed)
            if isinstance(block, Points)
            else " ".join(printed)
        )

    def _computed(self, derived: Derived) -> str:
        point = self.derived_point(derived)
        marks = "".join(f"[{mark}]" for mark in point.citations)
        return f"- {point.key}: {point.value} = {point.formula} {marks}"

    def _lines(self, caption: str, figures: Iterable[Figure]) -> str:
        points = [self.data_point(figure) for figure in figures]
        rows = [f"- {one.key}: {one.value} [{one.citations[0]}]" for one in points]
        return "\n".join([f"{caption}:", *rows])

    def _printed(self, sentence: Sentence) -> str:
        """The sentence with the marks of its citations before its end."""
        if sentence.finding is None:
            return sentence.text
        marks = self._marks(self.findings[sentence.finding].quotes)
        return f"{sentence.text} {''.join(f'[{mark}]' for mark in marks)}"

    def sources(self) -> Iterator[ResultSource]:
        names = {one.key: one.name for one in (*self.draft.sources, *self.draft.uncited)}
        numbered: Sequence[tuple[int, SourceRef]] = [
            *enumerate(self.draft.sources, 1),
            *((0, source) for source in self.draft.uncited),
        ]
        for number, source in numbered:
            yield ResultSource(
                number=number,
                document=source.name,
                document_id=source.document_id,
                title=source.title,
                author=source.author,
                url=source.url,
                media_type=source.media_type,
                language=source.language,
                pages=source.pages,
                sha256=source.sha256,
                fetched_at=source.fetched_at,
                published_on=source.published_on,
                as_of=source.as_of,
                superseded_by=names.get(source.superseded_by or "", ""),
                provider=source.provider,
                kind=source.kind or "",
                publisher=source.publisher,
                doi=source.doi,
                is_retracted=source.is_retracted,
            )


def readable(figure: Figure) -> str:
    """A figure in words: "81.797 billion USD", "44.5%", "1.26 USD"; no digit is rounded away."""
    if figure.unit == "%":
        return f"{figure.value}%"
    number = _in_words(figure.value)
    return " ".join(part for part in (number, figure.currency, figure.unit) if part)


def _in_words(value: Decimal) -> str:
    for size, name in LARGE:
        if abs(value) >= size:
            return f"{(value / size).normalize():f} {name}"
    return f"{value:,f}"
