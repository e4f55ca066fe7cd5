"""How candidate sentences are put before a reader: in batches, by source, under opaque keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from analysis.analysts.answers import Chosen
from analysis.analysts.fences import Fence, one_line
from analysis.types import Quote, SourceRef

Keyed = dict[str, Quote]

LONGEST_LABEL = 40


class Batch(NamedTuple):
    """Some sentences by their keys, and how they are shown."""

    keyed: Keyed
    shown: str


def batches(
    fence: Fence, quotes: Sequence[Quote], sources: Mapping[str, SourceRef], characters: int
) -> list[Batch]:
    """The sentences in the order of their sources, in batches of about so many characters."""
    order = {key: number for number, key in enumerate(sources)}
    ordered = sorted(quotes, key=lambda one: (order[one.source], one.page, one.start))
    total = sum(len(one.text) for one in ordered)
    count = max(1, -(-total // characters))
    parts: list[list[Quote]] = [[] for _ in range(count)]
    seen = 0
    for quote in ordered:
        parts[min(count - 1, seen * count // max(1, total))].append(quote)
        seen += len(quote.text)
    return [shown(fence, part, sources) for part in parts if part]


def shown(fence: Fence, quotes: Iterable[Quote], sources: Mapping[str, SourceRef]) -> Batch:
    """Sentences under the names of their sources, fenced."""
    keyed = keyed_by(fence, quotes)
    return Batch(keyed, fence.around(_lines(keyed, sources)))


def keyed_by(fence: Fence, quotes: Iterable[Quote]) -> Keyed:
    places = {(one.source, one.page, one.start, one.end): one for one in quotes}
    return {key: places[place] for key, place in fence.keyed(places).items()}


def _lines(keyed: Keyed, sources: Mapping[str, SourceRef]) -> Iterator[str]:
    for source, members in groupby(keyed.items(), key=lambda one: one[1].source):
        yield f"# {label(sources[source])}"
        for key, quote in members:
            yield f"[{key}] {one_line(quote.text)}"


def label(source: SourceRef) -> str:
    """The name of a source as a model sees it, with the month that its content speaks of."""
    when = source.as_of or source.published_on
    name = one_line(source.title or source.name)[:LONGEST_LABEL]
    return f"{name} ({when:%Y-%m})" if when else name


def merged(answers: Sequence[tuple[Batch, Chosen | None]], questions: int) -> list[list[Quote]]:
    """The chosen quotes of each question: the best of every batch first, keys that exist only.

    The order is that of the batches, never that in which their answers came.
    """
    found: list[list[list[Quote]]] = [[] for _ in range(questions)]
    for batch, answer in answers:
        for one in answer.answers if answer else ():
            if 1 <= one.question <= questions:
                known = [batch.keyed[key] for key in dict.fromkeys(one.keys) if key in batch.keyed]
                found[one.question - 1].append(known)
    return [[quote for rank in zip_longest(*lists) for quote in rank if quote] for lists in found]
