"""How candidate sentences are put before a reader: in batches, by source, under opaque keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from textwrap import shorten
from typing import NamedTuple

from analysis.analysts.answers import Chosen
from analysis.analysts.candidates import Candidate
from analysis.analysts.choose import Ask
from analysis.analysts.fences import Fence, one_line
from analysis.types import Brief, Question, Quote, SourceRef
from templates_app.types import SectionKind

Keyed = dict[str, Quote]

LONGEST_LABEL = 32


def wide(brief: Brief, question: Question, limit: int) -> Ask:
    """A question as candidates are asked for it: any kind of sentence, and more than are wanted."""
    section = next(one for one in brief.template.sections if one.key == question.section)
    return Ask(
        title=section.title,
        question=question.text,
        query=question.query,
        topic=brief.topic,
        kind=SectionKind.NARRATIVE,
        limit=limit,
    )


class Batch(NamedTuple):
    """Some sentences by their keys, and how they are shown."""

    keyed: Keyed
    shown: str


def batches(
    quotes: Sequence[Quote], sources: Mapping[str, SourceRef], characters: int
) -> list[list[Quote]]:
    """The sentences in the order of their sources, in parts of about so many characters."""
    order = {key: number for number, key in enumerate(sources)}
    ordered = sorted(quotes, key=lambda one: (order[one.source], one.page, one.start))
    total = sum(len(one.text) for one in ordered)
    count = max(1, -(-total // characters))
    parts: list[list[Quote]] = [[] for _ in range(count)]
    seen = 0
    for quote in ordered:
        parts[min(count - 1, seen * count // max(1, total))].append(quote)
        seen += len(quote.text)
    return [part for part in parts if part]


def unread(quotes: Iterable[Quote]) -> Batch:
    """Sentences that no model has read: nobody knows their keys."""
    return Batch({str(number): quote for number, quote in enumerate(quotes)}, "")


def shown(fence: Fence, quotes: Iterable[Quote], sources: Mapping[str, SourceRef]) -> Batch:
    """Sentences under the names of their sources, fenced."""
    keyed = keyed_by(fence, quotes)
    return Batch(keyed, fence.around(_lines(keyed, sources)))


def keyed_by(fence: Fence, quotes: Iterable[Quote]) -> Keyed:
    places = {(one.source, one.page, one.start, one.end): one for one in quotes}
    return {key: places[place] for key, place in fence.keyed(places).items()}


def _lines(keyed: Keyed, sources: Mapping[str, SourceRef]) -> Iterator[str]:
    """Each source once, where its first sentence stands."""
    by_source: dict[str, list[str]] = {}
    for key, quote in keyed.items():
        by_source.setdefault(quote.source, []).append(f"[{key}] {one_line(quote.text)}")
    for source, members in by_source.items():
        yield f"# {label(sources[source])}"
        yield from members


def label(source: SourceRef) -> str:
    """The name of a source as a model sees it, with the month that its content speaks of."""
    when = source.as_of or source.published_on
    whole = one_line(source.title or source.name)
    # What has no blanks is cut where it must be.
    name = shorten(whole, LONGEST_LABEL, placeholder="").rstrip(" :,;–-") or whole[:LONGEST_LABEL]  # noqa: RUF001
    return f"{name} ({when:%Y-%m})" if when else name


def merged(
    answers: Sequence[tuple[Batch, Chosen | None]], candidates: Sequence[Candidate], questions: int
) -> list[list[Quote]]:
    """The chosen quotes of each question: the best of every batch first, keys that exist only.

    Of a batch without an answer the ranking speaks. The order is that of the batches, never
    that in which their answers came.
    """
    found: list[list[list[Quote]]] = [[] for _ in range(questions)]
    for batch, answer in answers:
        chosen = _ranked(batch, candidates) if answer is None else _named(batch, answer)
        for number, quotes in chosen:
            if 0 <= number < questions:
                found[number].append(quotes)
    return [[quote for rank in zip_longest(*lists) for quote in rank if quote] for lists in found]


def _named(batch: Batch, answer: Chosen) -> Iterator[tuple[int, list[Quote]]]:
    for one in answer.answers:
        keys = dict.fromkeys(one.keys)
        yield one.question - 1, [batch.keyed[key] for key in keys if key in batch.keyed]


def _ranked(batch: Batch, candidates: Sequence[Candidate]) -> Iterator[tuple[int, list[Quote]]]:
    mine = set(batch.keyed.values())
    wanted: dict[int, list[Quote]] = {}
    for one in candidates:
        for number in one.questions:
            if one.quote in mine:
                wanted.setdefault(number, []).append(one.quote)
    return iter(wanted.items())
