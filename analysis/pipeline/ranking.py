"""BM25 over the passages of a library, with the weight of each word's field counted in."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
K1, B = 1.2, 0.75


class Index:
    """Which passage holds which term how often, and what that is worth."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        vocabulary: dict[str, int] = {}
        terms = [vocabulary.setdefault(term, len(vocabulary)) for text in texts for term in text]
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        self.size, self.vocabulary = len(texts), vocabulary
        self._weigh(np.array(terms, dtype=np.int64), lengths)

    def _weigh(self, terms: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
        size = max(1, self.size)
        owners = np.repeat(np.arange(self.size), lengths)
        cells, counts = np.unique(terms * size + owners, return_counts=True)
        self.passages, found = cells % size, cells // size
        self.first = np.searchsorted(found, np.arange(len(self.vocabulary) + 1))
        holders = np.diff(self.first)
        self.rarity = np.log(1 + (size - holders + 0.5) / (holders + 0.5))
        norm = K1 * (1 - B + B * lengths / max(1.0, lengths.mean() if self.size else 1.0))
        self.worth = self.rarity[found] * counts * (K1 + 1) / (counts + norm[self.passages])

    def scores(self, query: Mapping[str, float]) -> Scores:
        """The score of every passage for weighted query terms."""
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in query.items():
            number = self.vocabulary.get(term)
            if number is not None:
                span = slice(self.first[number], self.first[number + 1])
                total[self.passages[span]] += weight * self.worth[span]
        return total
