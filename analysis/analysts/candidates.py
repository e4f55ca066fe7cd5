"""Chooses the sentences that a model is given to read. Runs in a child process.

Wider than what the extractive analyst prints: the model judges relevance, this only ranks.
"""

from collections import Counter
from collections.abc import Sequence

from analysis.analysts import choose
from analysis.analysts.choose import Ask
from analysis.types import Passage, Quote


class Candidates:
    """Lives in a child process, so that the models for sentences are loaded once."""

    def choose(self, ask: Ask, passages: Sequence[Passage]) -> list[Quote]:
        """The sentences that may answer a question, best first, none said twice."""
        found = choose.candidates(passages, ask.kind)
        if not found:
            return []
        languages = Counter(passage.language for passage in passages).most_common(1)
        weights = choose.term_weights(ask, languages[0][0])
        return [found[number].quote for number in choose.picked(found, weights, ask.limit)]
