"""The Draft put together, and the rules that every Draft keeps."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from analysis.pipeline import methodology, trust
from analysis.pipeline.citations import cited, figure_keys, numbered, sentences
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.tools import Analyst
from analysis.types import (
    Brief,
    Citation,
    Collection,
    Confidence,
    Draft,
    DraftSection,
    Evidence,
    Figure,
    Finding,
    Findings,
    Plan,
    Quote,
    Sentence,
    Shortfall,
    SourceRef,
    Used,
    Verdict,
)

LONGEST_TITLE = 160
HOLDS = (Verdict.SUPPORTED, Verdict.PARTIAL)


class Shown(NamedTuple):
    """What a report prints of all that is known, in the order in which it prints it."""

    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    quotes: tuple[Quote, ...]
    citations: tuple[Citation, ...]
    sources: tuple[SourceRef, ...]
    uncited: tuple[SourceRef, ...]


def assembled(
    brief: Brief,
    outputs: Outputs,
    analyst: Analyst,
    *,
    sections: tuple[DraftSection, ...],
    summary: tuple[Sentence, ...],
    shortfalls: tuple[Shortfall, ...] = (),
) -> Draft:
    """The whole report: only what it prints, in the order in which it prints it.

    `shortfalls` are those of the last stage; those of the stages before are known.
    """
    collection, findings = outputs.of(Collection), outputs.of(Findings)
    used, lacking = _used(outputs, analyst), _lacking(outputs, shortfalls)
    shown = _shown(outputs, summary, sections)
    return Draft(
        **shown._asdict(),
        title=title(brief),
        brief=brief,
        analyst=analyst.name,
        uses_model=analyst.uses_model,
        language=_language(shown.sources),
        as_of=max((source.as_of for source in shown.sources if source.as_of), default=None),
        summary=summary,
        sections=sections,
        conflicts=findings.conflicts,
        rejected=collection.rejected,
        open_questions=findings.open_questions,
        confidence=_confidence(brief, outputs, sections, shown.sources),
        check=findings.check,
        methodology=(
            *methodology.told(outputs, analyst, shown.sources),
            *methodology.planned(outputs.of(Plan)),
            *methodology.questions(sections),
            *methodology.spent(used),
        ),
        limits=methodology.limits(outputs, sections, analyst, shown.sources, lacking),
        used=used,
        shortfalls=lacking,
    )


def _shown(
    outputs: Outputs, summary: tuple[Sentence, ...], sections: tuple[DraftSection, ...]
) -> Shown:
    """What the summary and the sections print, and what that stands on."""
    collection, findings = outputs.of(Collection), outputs.of(Findings)
    quotes = {quote.key: quote for quote in outputs.of(Evidence).quotes}
    known = {finding.id: finding for finding in findings.findings}
    figures = {figure.key: figure for figure in findings.figures}
    keys = cited(summary, sections, known, figures, findings.conflicts)
    sources = _cited_sources(collection, [quotes[key].source for key in keys])
    blocks = [block for section in sections for block in section.blocks]
    printed = {one.finding for one in (*summary, *sentences(blocks)) if one.finding}
    return Shown(
        findings=tuple(one for one in findings.findings if one.id in printed),
        figures=tuple(
            figures[key] for key in dict.fromkeys(figure_keys(blocks, findings.conflicts))
        ),
        quotes=tuple(quotes[key] for key in keys),
        citations=numbered(keys, quotes),
        sources=sources,
        uncited=tuple(one for one in collection.sources if one not in sources),
    )


def _confidence(
    brief: Brief,
    outputs: Outputs,
    sections: Sequence[DraftSection],
    sources: tuple[SourceRef, ...],
) -> Confidence:
    """How far the report as a whole can be trusted, and why."""
    findings = outputs.of(Findings)
    return trust.of_report(
        answered=sum(section.answered for section in sections),
        sections=len(sections),
        sources=sources,
        check=findings.check,
        conflicts=len(findings.conflicts),
        rejected=len(outputs.of(Collection).rejected),
        today=brief.submitted_at.date(),
    )


def _lacking(outputs: Outputs, late: Sequence[Shortfall]) -> tuple[Shortfall, ...]:
    """The shortfalls of all stages, each once."""
    stages = (outputs.of(Plan), outputs.of(Evidence), outputs.of(Findings))
    return tuple(dict.fromkeys([*(one for stage in stages for one in stage.shortfalls), *late]))


def _used(outputs: Outputs, analyst: Analyst) -> tuple[Used, ...]:
    """The model calls of all stages, in their order."""
    stages = (outputs.of(Plan), outputs.of(Evidence), outputs.of(Findings))
    return (*(one for stage in stages for one in stage.used), *analyst.used())


def title(brief: Brief) -> str:
    """The template and the topic; a long topic is cut at a word."""
    topic = " ".join(brief.topic.split())
    if len(topic) > LONGEST_TITLE:
        topic = topic[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    return f"{brief.template.name}: {topic}"


def _cited_sources(collection: Collection, order: Iterable[str]) -> tuple[SourceRef, ...]:
    known = {source.key: source for source in collection.sources}
    return tuple(known[key] for key in dict.fromkeys(order))


def _language(sources: Sequence[SourceRef]) -> str:
    """The language of most of the cited sources; English where none is known."""
    counts = Counter(source.language for source in sources if source.language)
    return counts.most_common(1)[0][0] if counts else "en"


def problems(draft: Draft) -> tuple[str, ...]:
    """What is wrong with a Draft, in sentences; nothing, by construction."""
    return tuple([*_references(draft), *_numbers(draft), *_claims(draft)])


def _references(draft: Draft) -> Iterator[str]:
    """Dangling, duplicate and uncited references."""
    findings = {finding.id: finding for finding in draft.findings}
    figures = {figure.key: figure for figure in draft.figures}
    blocks = [block for section in draft.sections for block in section.blocks]
    used = [one.finding for one in (*draft.summary, *sentences(blocks)) if one.finding]
    shown = list(figure_keys(blocks, draft.conflicts))
    yield from _missing("finding", used, findings)
    yield from _missing("figure", shown, figures)
    quoted = [key for one in draft.findings for key in one.quotes]
    quoted += [figure.quote for figure in draft.figures]
    quotes = {quote.key for quote in draft.quotes}
    numbers = [citation.quote for citation in draft.citations]
    yield from _missing("quote", [*quoted, *numbers], quotes)
    yield from _missing("citation of quote", quoted, frozenset(numbers))
    yield from _repeated("citation of quote", numbers)
    yield from _missing("use of quote", [quote.key for quote in draft.quotes], frozenset(quoted))
    yield from _missing("use of finding", list(findings), frozenset(used))
    yield from _missing("use of figure", list(figures), frozenset(shown))


def _numbers(draft: Draft) -> Iterator[str]:
    """Sources are numbered as they are listed, and quotes within each from 1."""
    order = {source.key: number for number, source in enumerate(draft.sources, 1)}
    quotes = {quote.key: quote for quote in draft.quotes}
    counts: Counter[int] = Counter()
    for citation in draft.citations:
        counts[citation.source_number] += 1
        quote = quotes.get(citation.quote)
        if quote and order.get(quote.source) != citation.source_number:
            yield f"quote {citation.quote} has the number of another source"
        if citation.quote_number != counts[citation.source_number]:
            yield f"quote {citation.quote} is out of order"
    for source, number in order.items():
        if not counts[number]:
            yield f"source {source} is listed but not cited"


def _claims(draft: Draft) -> Iterator[str]:
    """Only checked findings with quotes are printed, and no sentence twice."""
    for finding in draft.findings:
        if finding.verdict not in HOLDS or not finding.quotes:
            yield f"finding {finding.id} is printed but {finding.verdict}"
    blocks = [block for section in draft.sections for block in section.blocks]
    yield from _repeated("sentence", [one.text for one in sentences(blocks)])


def _missing(what: str, keys: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    held = frozenset(known)
    return (f"the {what} {key} is missing" for key in dict.fromkeys(keys) if key not in held)


def _repeated(what: str, keys: Iterable[str]) -> Iterator[str]:
    return (f"the {what} {key} is repeated" for key, times in Counter(keys).items() if times > 1)
