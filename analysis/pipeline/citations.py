"""Citation numbers, given by code: one a source in the order of first appearance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analysis.types import (
    Block,
    Citation,
    Conflict,
    ConflictTable,
    DerivedTable,
    DraftSection,
    Figure,
    FigureChart,
    FigureTable,
    Finding,
    Paragraph,
    Points,
    Quote,
    Sentence,
)


def sentences(blocks: Iterable[Block]) -> Iterator[Sentence]:
    for block in blocks:
        if isinstance(block, Paragraph | Points):
            yield from block.sentences


def figure_keys(blocks: Iterable[Block], conflicts: Sequence[Conflict]) -> Iterator[str]:
    """The figures that blocks print, in their order."""
    for block in blocks:
        if isinstance(block, FigureTable | FigureChart):
            yield from block.figures
        elif isinstance(block, DerivedTable):
            yield from (key for one in block.figures for key in one.operands)
        elif isinstance(block, ConflictTable):
            for number in block.conflicts:
                yield from conflicts[number].figures


def cited(
    summary: Sequence[Sentence],
    sections: Sequence[DraftSection],
    findings: Mapping[str, Finding],
    figures: Mapping[str, Figure],
    conflicts: Sequence[Conflict],
) -> list[str]:
    """The keys of all quotes that a report prints, in reading order, each once."""
    found: dict[str, None] = {}
    for one in summary:
        found.update(dict.fromkeys(_of(one, findings)))
    for section in sections:
        for block in section.blocks:
            for one in sentences([block]):
                found.update(dict.fromkeys(_of(one, findings)))
            for key in figure_keys([block], conflicts):
                found[figures[key].quote] = None
    return list(found)


def _of(sentence: Sentence, findings: Mapping[str, Finding]) -> tuple[str, ...]:
    return findings[sentence.finding].quotes if sentence.finding else ()


def numbered(keys: Sequence[str], quotes: Mapping[str, Quote]) -> tuple[Citation, ...]:
    """Quotes in reading order with the number of their source and their own within it."""
    sources: dict[str, int] = {}
    within: dict[str, int] = {}
    found = []
    for key in keys:
        source = quotes[key].source
        within[source] = within.get(source, 0) + 1
        number = sources.setdefault(source, len(sources) + 1)
        found.append(Citation(quote=key, source_number=number, quote_number=within[source]))
    return tuple(found)
