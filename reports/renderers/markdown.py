"""The report as Markdown (CommonMark with the tables and footnotes of GitHub).

Every text of a source is escaped, so it stays text: no tag, link, image or heading comes of it.
A footnote is a source with its quotes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

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
    Edition,
    legible,
    long_date,
    percent,
    preferred,
    quote_number,
)
from reports.renderers.facets import facets

# What has a meaning anywhere in a line, and what only at its beginning.
SPECIAL = re.compile(r"[\\`*_\[\]<>|~$&#^]")
OPENING = re.compile(r"^([-+=:]|\d{1,9}(?=[.)](?: |$)))")
# Bare addresses become links on their own.
BARE = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):|@")


def render(draft: Draft) -> bytes:
    lines = _Page(Edition(draft)).lines()
    return ("\n\n".join(lines) + "\n").encode()


def text(words: str) -> str:
    """The words as inert text on one line."""
    line = " ".join(legible(words).split())
    escaped = SPECIAL.sub(r"\\\g<0>", line)
    return OPENING.sub(_at_beginning, BARE.sub(r"\\\g<0>", escaped))


def _at_beginning(match: re.Match[str]) -> str:
    """A mark that would begin a list or a rule; "1." becomes "1\\."."""
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"


class _Page:
    def __init__(self, edition: Edition) -> None:
        self.edition, self.draft = edition, edition.draft

    def lines(self) -> Iterator[str]:
        """The blocks of the page; an empty line is between them."""
        yield from self._head()
        yield "## Executive summary"
        yield _list(map(self._sentence, self.draft.summary))
        yield f"**Confidence: {self.draft.confidence.value} of 100**"
        yield _list(map(text, self.draft.confidence.reasons))
        for chapter in self.edition.chapters:
            yield f"## {chapter.number} {text(chapter.title)}"
            yield from map(self._block, chapter.blocks)
        for anchor, chapter in self.edition.closing.items():
            yield f"## {chapter.number} {text(chapter.title)}"
            yield from self._closing(anchor)
        yield from self._footnotes()

    def _head(self) -> Iterator[str]:
        yield f"# {text(self.draft.title)}"
        yield text(self.draft.brief.topic)
        facts = [("Template", self.edition.template), *self.edition.cover_options]
        if self.draft.as_of:
            facts.append(("Sources as of", long_date(self.draft.as_of)))
        facts.append(("Submitted", long_date(self.draft.brief.submitted_at)))
        facts.append(("Analysis", str(self.draft.brief.analysis_id)))
        yield _facts(facts)
        label = "" if self.draft.uses_model else f" {WITHOUT_MODEL}."
        yield f"*{PRODUCT}.{label}*"

    # --- blocks ---------------------------------------------------------------------------

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return " ".join(map(self._sentence, block.sentences))
            case Points():
                return _list(self._sentence(one, chips=True) for one in block.sentences)
            case FigureTable() | FigureChart():
                rows = [self._figure_row(self.edition.figures[key]) for key in block.figures]
                head = ("Figure", "Period", "Value as printed", "Source")
                return _titled(block.caption, _table(head, rows))
            case DerivedTable():
                return self._derived(block)
            case ConflictTable():
                conflicts = [self.draft.conflicts[at] for at in block.conflicts]
                head = ("Figure", "Period", "What the sources say", "Preferred")
                return _titled(block.caption, _table(head, map(self._conflict_row, conflicts)))
            case Note():
                return f"*{text(block.text)}*"

    def _sentence(self, sentence: Sentence, *, chips: bool = False) -> str:
        cites = _cites(self.edition.citations_of(sentence))
        finding = self.edition.finding(sentence)
        shown = finding and (chips or finding.verdict is not Verdict.SUPPORTED)
        told = f" ({_check(finding)})" if finding and shown else ""
        known = facets(finding) if finding and chips else ""
        return text(sentence.text) + cites + told + (f"  \n  *{text(known)}*" if known else "")

    def _figure_row(self, figure: Figure) -> list[str]:
        cites = _cites(self.edition.cited([figure.quote]))
        read_as = meaning(figure)
        value = f"{text(figure.raw)} ({text(read_as)})" if read_as else text(figure.raw)
        return [text(figure.label), text(figure.period), value, cites]

    def _derived(self, block: DerivedTable) -> str:
        head = ("Computed figure", "Period", "Value", "Formula", "Source")
        return _titled(block.caption, _table(head, map(self._derived_row, block.figures)))

    def _derived_row(self, derived: Derived) -> list[str]:
        cites = _cites(self.edition.cited(self.edition.operands(derived)))
        said = (derived.label, derived.period, derived.raw, derived.formula)
        return [*map(text, said), cites]

    def _conflict_row(self, conflict: Conflict) -> list[str]:
        figures = [self.edition.figures[key] for key in conflict.figures]
        said = "; ".join(text(one.raw) + _cites(self.edition.cited([one.quote])) for one in figures)
        why = text(preferred(self.edition, conflict))
        return [text(conflict.label), text(conflict.period), said, why]

    # --- behind the chapters --------------------------------------------------------------

    def _closing(self, anchor: str) -> Iterator[str]:
        match anchor:
            case "questions":
                yield _list(map(text, self.draft.open_questions))
            case "methodology":
                yield _list(map(text, self.draft.methodology))
            case "limits":
                yield _list(map(text, self.draft.limits))
            case "sources":
                yield from self._sources()
            case "register":
                yield self.edition.checked
                rows = [self._finding_row(finding) for finding in self.draft.findings]
                yield _table(("Finding", "Kind", "Check", "Quotes"), rows)
            case "quotes":
                yield "Each quote stands with its source, in the footnotes."
            case "request":
                yield _facts(self.edition.request)

    def _sources(self) -> Iterator[str]:
        yield "The cited sources are the footnotes."
        if self.draft.uncited:
            rest = [f"{name_of(one)}. {described(one)}" for one in self.draft.uncited]
            yield _titled("Read, not cited", _list(map(text, rest)))
        if self.draft.rejected:
            rejected = [f"{one.name}: {one.detail}" for one in self.draft.rejected]
            yield _titled("Could not be used", _list(map(text, rejected)))

    def _finding_row(self, finding: Finding) -> list[str]:
        citations = map(self.edition.citations.get, finding.quotes)
        numbers = ", ".join(quote_number(one) for one in citations if one)
        reasons = f" ({text('; '.join(finding.reasons))})" if finding.reasons else ""
        return [text(finding.text) + reasons, KINDS[finding.kind], _check(finding), numbers]

    def _footnotes(self) -> Iterator[str]:
        for number, source in enumerate(self.draft.sources, 1):
            yield "\n\n".join(self._footnote(number, source))

    def _footnote(self, number: int, source: SourceRef) -> Iterator[str]:
        link = address(source)
        where = f" <{link}>" if link and not re.search(r"[\s<>]", link) else ""
        yield f"[^{number}]: **{text(name_of(source))}**. {text(described(source))}.{where}"
        for citation, quote in self.edition.quotes_from(number):
            place = f"{quote_number(citation)}, page {quote.page}:"
            yield f"    > {place} {text(quote.text)}"


def _cites(citations: Iterable[Citation]) -> str:
    return "".join(f"[^{one.source_number}]" for one in citations)


def _check(finding: Finding) -> str:
    return f"{VERDICTS[finding.verdict]}, {percent(finding.confidence)}"


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    return _list(f"**{text(label)}:** {text(value)}" for label, value in pairs)


def _titled(title: str, body: str) -> str:
    return f"**{text(title)}**\n\n{body}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
