"""What a question is worth to every passage: its words, the source around them, its figures.

All parts are in the unit of BM25, where the rarer a word the more it is worth.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Measured: a long passage is hardly held against it, and a word said again counts little more.
K1, B = 0.8, 0.4
SOURCE, NAME, FIGURES, LATEST, LINK = 1.5, 3.0, 1.0, 0.4, 0.2
LINKING = 5  # so many of the best passages are read for the names of other sources
LONGEST_NAME = 8
CALLED = 0.7  # a name counts fully when so much of it is in the question
RARE = 4.6  # about one passage in a hundred
BELOW = 0.99  # where older editions stand below the newest that answers
UNASKED = 0.4  # what of it a table gains by words that ask for nothing
ALONE = 0.2  # what of all that is not its own words a passage gains by a bare line of words
RELEVANT = 0.7  # a source this near to the best one takes part in what is "latest"

Scores = NDArray[np.float64]
Numbers = NDArray[np.signedinteger[Any]]


class Asks(Enum):
    """What a question asks for: the latest of all, the present state, or nothing of the kind."""

    ANYTHING = auto()
    PRESENT = auto()
    LATEST = auto()


# An edition answers whose words are this near to the best one's: nearer where only the form of
# the question says that the present is meant.
ANSWERS = {Asks.PRESENT: 0.6, Asks.LATEST: 0.4}


class Index:
    """BM25 over units of numbered terms: which unit holds a term, and what that is worth.

    Made of terms and the unit of each, as `ordered` gives them. Eight bytes a term and unit:
    `units` and `worth` lie beside each other, those of term t from `first[t]` on.
    """

    def __init__(self, terms: Numbers, units: Numbers, size: int) -> None:
        self.size = max(1, size)
        starts = np.flatnonzero(
            (np.diff(terms, prepend=-1) != 0) | (np.diff(units, prepend=-1) != 0)
        )
        found, counts = terms[starts], np.diff(starts, append=len(terms))
        self.units = units[starts].astype(np.int32)
        self.first = np.searchsorted(found, np.arange(found[-1] + 2 if len(found) else 1))
        holders = np.diff(self.first)
        self.rarity = np.log(1 + (self.size - holders + 0.5) / (holders + 0.5))
        lengths = np.bincount(units, minlength=self.size)
        norm = K1 * (1 - B + B * lengths / max(1.0, lengths.mean()))
        worth = self.rarity[found] * counts * (K1 + 1) / (counts + norm[self.units])
        self.worth = worth.astype(np.float32)

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


class Names:
    """What sources are called, each by several names, and how fully a question calls them so."""

    def __init__(self, names: Sequence[Sequence[Sequence[int]]]) -> None:
        lines = [line for source in names for line in source]
        self.owners = np.repeat(np.arange(len(names)), [len(source) for source in names])
        whole = [list(dict.fromkeys(chain.from_iterable(source))) for source in names]
        self.sources = Index(*ordered(*numbered(whole)), len(names))
        terms, units = numbered(lines)
        self.lines = Index(*ordered(terms, units), len(lines))
        self.weights = np.bincount(units, self.sources.rarity[terms], len(lines))

    def scores(self, query: Sequence[int]) -> Scores:
        """What the words of its names are worth, the less the smaller a part of each is called."""
        return self.sources.scores(query) * self._called(query)

    def _called(self, query: Sequence[int]) -> Scores:
        met = np.zeros(self.lines.size)
        for term, held in self.lines.known(query):
            met[self.lines.units[held]] += self.sources.rarity[term]
        called = np.zeros(self.sources.size)
        shares = met[: len(self.weights)] / np.maximum(self.weights, 1e-9)
        np.maximum.at(called, self.owners, shares / CALLED)
        return np.minimum(1.0, called)


class Ranking:
    """The passages of a library as they stand now, ready to score any question.

    `passages` are the numbered terms of each passage with its headings and its source's title,
    `owners` its source (the passages of the first source come first, and so on), `figures` how
    much of it is numbers (0 to 1); `names` are the terms of each name of a source, `titles` those
    of its title, `days` how new it is (0: unknown), and `editions` the sources that are editions
    of one document: by age, the newest first.
    """

    def __init__(
        self,
        passages: Sequence[Sequence[int]],
        owners: Sequence[int],
        figures: Sequence[float],
        names: Sequence[Sequence[Sequence[int]]],
        titles: Sequence[Sequence[int]],
        days: Sequence[int],
        editions: Sequence[Sequence[Sequence[int]]] = (),
    ) -> None:
        self.passages, self.owners = passages, np.array(owners, dtype=np.int32)
        self.figures, self.days = np.array(figures), np.array(days)
        self.editions = editions
        terms, units = ordered(*numbered(passages))
        self.words = Index(terms, units, len(passages))
        self.sources = Index(terms, self.owners[units], len(names))
        self.names = Names(names)
        self.titles = self._linkable(titles)

    def scores(
        self,
        query: Sequence[int],
        asks: Asks = Asks.ANYTHING,
        *,
        asked: bool = True,
        alone: bool = False,
    ) -> Scores:
        """The score of every passage; 0 where it shares no word with the question.

        Words that are not `asked`, such as a list of matters, want a table less than a question.
        Those of a line that stands `alone`, such as a sentence of a text, are looked for where
        they stand: its source tells less of a passage then.
        """
        words = self.words.scores(query)
        held = words > 0
        named = self.names.scores(query)
        around, tables = (ALONE, ALONE) if alone else (1.0, 1.0 if asked else UNASKED)
        about = SOURCE * self.sources.scores(query) + NAME * named
        figures = tables * self._figures(query)
        total = words + held * (around * about[self.owners] + figures)
        if asks is Asks.LATEST:
            total *= 1 + LATEST * self._newest(total, named)[self.owners]
        total += around * held * self._linked(total)[self.owners]
        return total if asks is Asks.ANYTHING else self._by_edition(total, words, ANSWERS[asks])

    def _by_edition(self, total: Scores, words: Scores, near: float) -> Scores:
        """No older edition above the newest one whose words answer about as well."""
        best, said = self._best(total), self._best(words)
        factors = np.ones(len(best))
        for editions in self.editions:
            enough = near * max((said[one] for group in editions for one in group), default=0)
            ceiling = np.inf
            for group in editions:
                for source in group:
                    factors[source] = min(1.0, BELOW * ceiling / max(best[source], 1e-9))
                answering = [best[one] * factors[one] for one in group if said[one] >= enough]
                ceiling = max(answering, default=ceiling)
        return np.asarray(total * factors[self.owners])

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

    def _newest(self, total: Scores, named: Scores) -> NDArray[np.bool_]:
        """Which sources are the newest of those that answer, and are called, about as well."""
        best = self._best(total)
        answering = best >= RELEVANT * best.max()
        called = named >= RELEVANT * np.max(named, where=answering, initial=0)
        days = self.days * (answering & called)
        return np.asarray((days == days.max()) & (days > 0))

    def _best(self, total: Scores) -> Scores:
        """The score of the best passage of every source."""
        best = np.zeros(len(self.days))
        np.maximum.at(best, self.owners, total)
        return best

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
        for passage in highest(total, LINKING):
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


def highest(scores: Scores, most: int) -> Numbers:
    """The numbers of the highest scores, the highest first; of equal ones the first."""
    upside_down = -scores
    if len(scores) <= most:
        return np.argsort(upside_down, kind="stable")
    last = np.partition(upside_down, most - 1)[most - 1]
    among = np.flatnonzero(upside_down <= last)
    return among[np.argsort(upside_down[among], kind="stable")][:most]


def numbered(units: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """All terms in one row, and beside each the number of its unit."""
    rows = (unit if isinstance(unit, array) else array("i", unit) for unit in units)
    terms = np.frombuffer(b"".join(rows), dtype=np.int32)
    lengths = np.array([len(unit) for unit in units], dtype=np.int64)
    return terms, np.repeat(np.arange(len(units), dtype=np.int32), lengths)


def ordered(terms: Numbers, units: Numbers) -> tuple[Numbers, Numbers]:
    """The same by term, those of one term by unit as they were before."""
    # Sixteen bits at a time, which numpy sorts without comparing any two.
    order = np.argsort(terms.astype(np.uint16), kind="stable")
    upper = (terms >> 16).astype(np.uint16)
    if upper.any():
        order = order[np.argsort(upper[order], kind="stable")]
    return terms[order], units[order]
