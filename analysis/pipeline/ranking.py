"""What a question is worth to every passage: its words, the source around them, its figures.

All parts are in the unit of BM25, where the rarer a word the more it is worth.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75
SOURCE, NAME, FIGURES, LATEST, LINK = 1.5, 3.0, 1.0, 0.4, 0.2
LINKING = 5  # so many of the best passages are read for the names of other sources
LONGEST_NAME = 8
RARE = 4.6  # about one passage in a hundred
RELEVANT = 0.7  # a source this near to the best one takes part in what is "latest"

Scores = NDArray[np.float64]
Numbers = NDArray[np.int64]


class Index:
    """BM25 over units of numbered terms: which unit holds a term, and what that is worth."""

    def __init__(self, terms: Numbers, units: Numbers, size: int) -> None:
        self.size = max(1, size)
        cells, counts = np.unique(terms * self.size + units, return_counts=True)
        found, self.units = np.divmod(cells, self.size)
        self.first = np.searchsorted(found, np.arange(found[-1] + 2 if len(found) else 1))
        holders = np.diff(self.first)
        self.rarity = np.log(1 + (self.size - holders + 0.5) / (holders + 0.5))
        lengths = np.bincount(units, minlength=self.size)
        norm = K1 * (1 - B + B * lengths / max(1.0, lengths.mean()))
        self.worth = self.rarity[found] * counts * (K1 + 1) / (counts + norm[self.units])

    def known(self, query: Iterable[int]) -> Iterator[tuple[int, slice]]:
        """The terms that some unit holds, each with its place in `units` and `worth`."""
        for term in query:
            if term + 1 < len(self.first) and self.first[term] < self.first[term + 1]:
                yield term, slice(self.first[term], self.first[term + 1])

    def scores(self, query: Iterable[int]) -> Scores:
        total = np.zeros(self.size)
        for _, held in self.known(query):
            total[self.units[held]] += self.worth[held]
        return total


class Ranking:
    """The passages of a library as they stand now, ready to score any question.

    `passages` are the numbered terms of each passage with its headings and its source's title,
    `owners` its source, `figures` how much of it is numbers (0 to 1); `names` are the terms of
    all that a source is called, `titles` those of its title, `days` how new it is (0: unknown).
    """

    def __init__(
        self,
        passages: Sequence[Sequence[int]],
        owners: Sequence[int],
        figures: Sequence[float],
        names: Sequence[Sequence[int]],
        titles: Sequence[Sequence[int]],
        days: Sequence[int],
    ) -> None:
        self.passages, self.owners = passages, np.array(owners, dtype=np.int64)
        self.figures, self.days = np.array(figures), np.array(days)
        terms, units = _numbered(passages)
        self.words = Index(terms, units, len(passages))
        self.sources = Index(terms, self.owners[units], len(names))
        self.names = Index(*_numbered(names), len(names))
        self.titles = self._linkable(titles)

    def scores(self, query: Sequence[int], latest: bool = False) -> Scores:
        """The score of every passage; 0 where it shares no word with the question."""
        total = self.words.scores(query)
        held = total > 0
        about = SOURCE * self.sources.scores(query) + NAME * self.names.scores(query)
        total += held * (about[self.owners] + self._figures(query))
        if latest:
            total *= 1 + LATEST * self._newest(total)[self.owners]
        return total + held * self._linked(total)[self.owners]

    def _figures(self, query: Sequence[int]) -> Scores:
        """Words that mostly stand among numbers call for passages of numbers: a table then
        counts as much as a word found nowhere else."""
        known = list(self.words.known(query))
        if not known or not self.figures.any():
            return np.zeros(len(self.figures))
        weights = [self.words.rarity[term] for term, _ in known]
        shares = [self.figures[self.words.units[held]].mean() for _, held in known]
        called = np.average(shares, weights=weights) / self.figures.mean()
        rarest = np.log(1 + self.words.size / 1.5)
        return np.asarray(FIGURES * rarest * min(2.0, called) * self.figures)

    def _newest(self, total: Scores) -> NDArray[np.bool_]:
        """Which sources are the newest of those that answer the question about as well."""
        best = np.zeros(len(self.days))
        np.maximum.at(best, self.owners, total)
        days = self.days * (best >= RELEVANT * best.max())
        return np.asarray((days == days.max()) & (days > 0))

    def _linkable(self, titles: Sequence[Sequence[int]]) -> dict[int, list[tuple[list[int], int]]]:
        """By first term the titles that tell a source apart: two words, or one rare word."""
        found: dict[int, list[tuple[list[int], int]]] = {}
        for source, title in enumerate(titles):
            telling = len(title) > 1 or any(self.words.rarity[term] >= RARE for term in title)
            if telling and len(title) <= LONGEST_NAME:
                found.setdefault(title[0], []).append((list(title), source))
        return found

    def _linked(self, total: Scores) -> Scores:
        """What a source gains when one of the best passages calls it by its title."""
        gained = np.zeros(len(self.days))
        for passage in np.argsort(-total, kind="stable")[:LINKING]:
            for source in self._called(self.passages[passage]) - {int(self.owners[passage])}:
                gained[source] = max(gained[source], LINK * total[passage])
        return gained

    def _called(self, terms: Sequence[int]) -> set[int]:
        return {
            source
            for at, term in enumerate(terms)
            for title, source in self.titles.get(term, ())
            if list(terms[at : at + len(title)]) == title
        }


def _numbered(units: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """All terms in one row, and beside each the number of its unit."""
    lengths = np.array([len(unit) for unit in units], dtype=np.int64)
    terms = np.fromiter((term for unit in units for term in unit), np.int64, int(lengths.sum()))
    return terms, np.repeat(np.arange(len(units)), lengths)
