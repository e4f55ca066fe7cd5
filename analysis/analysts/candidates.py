"""Chooses the sentences that a model is given to read. Runs in a child process.

Wider than what the extractive analyst prints: the model judges relevance, this only ranks. Every
source has a say: whichever none of the questions has led to is read for its best sentences.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from analysis.analysts import choose
from analysis.analysts.choose import Ask
from analysis.types import Passage, Quote
from templates_app.types import SectionKind

OF_EACH_SOURCE = 2


class Candidates:
    """Lives in a child process, so that the models for sentences are loaded once."""

    def choose(
        self, asks: Sequence[Ask], passages: Sequence[Sequence[Passage]], rest: Sequence[Passage]
    ) -> list[Quote]:
        """The sentences that may answer the questions, none said twice, the best of each first.

        `passages` are those of each ask, `rest` one passage of each source that has none there.
        """
        ranked = [_ranked(ask, found) for ask, found in zip(asks, passages, strict=True)]
        taken = list(_once(quote for rank in zip_longest(*ranked) for quote in rank if quote))
        return [*taken, *_of_missed(taken, passages, rest)]


def _ranked(ask: Ask, passages: Sequence[Passage]) -> list[Quote]:
    """The sentences of the passages by how well they fit the question, without repetitions."""
    found = choose.candidates(passages, ask.kind)
    if not found:
        return []
    languages = Counter(passage.language for passage in passages).most_common(1)
    weights = choose.term_weights(ask, languages[0][0])
    return [found[number].quote for number in choose.picked(found, weights, ask.limit)]


def _once(quotes: Iterator[Quote]) -> Iterator[Quote]:
    said: set[str] = set()
    for quote in quotes:
        words = " ".join(quote.text.split())
        if words not in said:
            said.add(words)
            yield quote


def _of_missed(
    taken: Sequence[Quote], passages: Sequence[Sequence[Passage]], rest: Sequence[Passage]
) -> Iterator[Quote]:
    """The first sentences of the best passage of every source that nothing was taken of."""
    read = {quote.source for quote in taken}
    best: dict[str, Passage] = {}
    for passage in sorted((one for found in passages for one in found), key=lambda one: -one.score):
        best.setdefault(passage.source, passage)
    for passage in (*best.values(), *rest):
        if passage.source not in read:
            read.add(passage.source)
            for one in choose.candidates([passage], SectionKind.NARRATIVE)[:OF_EACH_SOURCE]:
                yield one.quote
