"""The passages of a run's sources, ranked for a question."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from analysis.pipeline.duplicates import printed
from analysis.pipeline.passages import Cut
from analysis.pipeline.picked import Most, Picked, picked
from analysis.pipeline.present import asks, is_asked
from analysis.pipeline.ranking import Asks, Ranking, highest, numbered
from analysis.pipeline.selection import Candidate, selected
from analysis.pipeline.tokens import Vocabulary
from analysis.pipeline.volume import Stored, Volume
from analysis.types import Page, Passage, Question, SourceRef

DEPTH = 120
TABLE = 0.5  # the share of numbers among its terms from which on a passage is all figures
BRACKETED = re.compile(r"\(.*?\)")


class Entry(NamedTuple):
    """A passage, the number of its volume, and the terms that it is found by: first its own."""

    owner: int
    cut: Cut
    found_by: "array[int]"
    own: int

    @property
    def terms(self) -> "array[int]":
        return self.found_by[: self.own]


class Library:
    """Lives in a child process: filled once per run, then asked for every question."""

    def __init__(self) -> None:
        self.volumes: list[Volume] = []
        self.places: dict[str, int] = {}  # of the volumes, by the key of their source
        self.entries: list[Entry] = []
        self.languages: set[str] = set()
        self.vocabulary = Vocabulary()
        self._ranking: Ranking | None = None
        self._candidates: dict[int, Candidate] = {}

    def add(self, source: SourceRef, pages: Sequence[Page], index: bytes = b"") -> int:
        """Add the passages of a source, by its forward index if it has one; how many there are."""
        volume, owner = Volume(source, pages, index), len(self.volumes)
        self.entries += self._entries(volume, owner)
        self.places[source.key] = owner
        self.volumes.append(volume)
        self.languages.add(source.language)
        self._ranking = None
        self._candidates.clear()
        return len(volume.forward.cuts)

    def _entries(self, volume: Volume, owner: int) -> Iterator[Entry]:
        language = volume.source.language
        said = self._said(volume)
        title = self.vocabulary.numbered(volume.title, language)
        for heading, cuts in groupby(volume.forward.cuts, key=attrgetter("section")):
            section = self.vocabulary.numbered(heading, language)
            # A passage of a source has its title behind it twice: what else it says tells it apart.
            above = section + title + title
            for found, terms in zip(cuts, said, strict=False):
                yield Entry(owner, found, terms + above, len(terms))

    def _said(self, volume: Volume) -> "Iterator[array[int]]":
        """The terms of its passages by their numbers here, one passage after the other."""
        words, places, lengths = volume.forward[-3:]
        numbers = np.array([self.vocabulary[word] for word in words], dtype=np.intc)
        terms = array("i", numbers[places].tobytes())
        for end, length in zip(accumulate(lengths), lengths, strict=True):
            yield terms[end - length : end]

    def add_all(self, shelf: Sequence[Stored]) -> int:
        """Add several sources; how many passages there are of them."""
        return sum(self.add(*one) for one in shelf)

    def passages_count(self) -> int:
        return len(self.entries)

    def rank(self, question: Question, limit: int = 12, *, widely: bool = False) -> list[Passage]:
        """The passages that answer a question best, best first, none said twice.

        `widely` asks for what many sources say of it rather than for its one answer. A score is a
        sum of word weights: it orders the passages of one question and no more.
        """
        if not self.entries:
            return []
        asked = question.query or question.text
        query = self.vocabulary.known(asked, sorted(self.languages))
        said = f"{question.text}\n{asked}"
        asking, is_question = asks(said), is_asked(said)
        # What a plan asks has words of the topic beside its own: its source must be about that.
        alone = not is_question and asked == question.text
        scores = self._ranked().scores(query, asking, asked=is_question, alone=alone)
        best = highest(scores, max(DEPTH, 3 * limit))
        candidates = [self._candidate(at, float(scores[at])) for at in best if scores[at] > 0]
        is_present = asking is not Asks.ANYTHING
        chosen = selected(candidates, limit, present=is_present, widely=widely)
        return [self._passage(one) for one in chosen]

    def pick(
        self, questions: Sequence[Question], weights: Mapping[str, float], most: Most
    ) -> list[Picked]:
        """The best passages for each question when a source counts as much as its weight.

        A report is to hear all that was laid before it: no long source speaks alone.
        """
        ranked = [self.rank(one, most.ranked, widely=True) for one in questions]
        return [picked(passages, weights, most) for passages in ranked]

    def _ranked(self) -> Ranking:
        if self._ranking is None:
            self._ranking = Ranking(
                passages=[entry.found_by for entry in self.entries],
                owners=[entry.owner for entry in self.entries],
                figures=self._figures(),
                names=[list(self._names(one)) for one in self.volumes],
                titles=[
                    self._named(one, BRACKETED.sub("", one.source.title)) for one in self.volumes
                ],
                days=[volume.day for volume in self.volumes],
                editions=list(self._editions()),
            )
        return self._ranking

    def _names(self, volume: Volume) -> Iterator[list[int]]:
        """The terms of each of its names that is more than numbers."""
        for name in volume.names:
            terms = self._named(volume, name)
            if any(term not in self.vocabulary.numbers for term in terms):
                yield terms

    def _editions(self) -> Iterator[list[list[int]]]:
        """The volumes that are editions of one document: by age, the newest first."""
        families: dict[tuple[str, str], list[int]] = defaultdict(list)
        for owner in range(len(self.volumes)):
            last = self.volumes[self._last(owner)]
            families[last.family or last.source.key, last.source.language].append(owner)
        for owners in families.values():
            if len(owners) > 1:
                yield from self._by_age(owners)

    def _by_age(self, owners: Sequence[int]) -> Iterator[list[list[int]]]:
        """Those of one owner in order of age, without those whose age is not known."""
        by_owner: dict[str, list[int]] = defaultdict(list)
        for owner in owners:
            by_owner[self.volumes[self._last(owner)].whose].append(owner)
        for same in by_owner.values():
            newer = {one: self._newer(one) for one in same}
            known = {one for one in same if self.volumes[one].day or newer[one]}.union(
                *newer.values()
            )
            aged = sorted(known.intersection(same), key=lambda one: (self._age(one), one))
            yield [list(group) for _, group in groupby(aged, self._age)]

    def _age(self, owner: int) -> tuple[int, int]:
        """Sorts the newest version first."""
        return len(self._newer(owner)), -self.volumes[owner].day

    def _last(self, owner: int) -> int:
        """The volume that supersedes all the others of its chain; itself if there is none."""
        return min(self._newer(owner), key=lambda one: len(self._newer(one)), default=owner)

    def _named(self, volume: Volume, text: str) -> list[int]:
        """The distinct terms of a name, in its order."""
        return list(dict.fromkeys(self.vocabulary.numbered(text, volume.source.language)))

    def _figures(self) -> list[float]:
        """How much of each passage is numbers: 1 for a table, 0 for words alone."""
        is_number = np.zeros(len(self.vocabulary), dtype=bool)
        is_number[list(self.vocabulary.numbers)] = True
        terms, owners = numbered([entry.terms for entry in self.entries])
        lengths = np.bincount(owners, minlength=len(self.entries))
        found = np.bincount(owners, is_number[terms], len(self.entries))
        shares: list[float] = np.minimum(1.0, found / np.maximum(1, lengths) / TABLE).tolist()
        return shares

    def _candidate(self, number: int, score: float) -> Candidate:
        """An entry with its score for one question; the rest of it is the same for all."""
        if number not in self._candidates:
            self._candidates[number] = self._judged(number)
        return self._candidates[number]._replace(score=score)

    def _judged(self, number: int) -> Candidate:
        entry = self.entries[number]
        volume, newer = self.volumes[entry.owner], self._newer(entry.owner)
        return Candidate(
            number=number,
            score=0.0,
            source=entry.owner,
            page=(entry.owner, entry.cut.page) if len(volume.pages) > 1 else None,
            age=self._age(entry.owner),
            newer=newer,
            print=printed(entry.terms, self.vocabulary.numbers),
        )

    def _newer(self, owner: int) -> frozenset[int]:
        """The volumes that supersede one, directly or through each other."""
        found: set[int] = set()
        at = self._successor(owner)
        while at is not None and at not in found:
            found.add(at)
            at = self._successor(at)
        return frozenset(found)

    def _successor(self, owner: int) -> int | None:
        return self.places.get(self.volumes[owner].source.superseded_by or "")

    def _passage(self, chosen: Candidate) -> Passage:
        found, volume = self.entries[chosen.number].cut, self.volumes[chosen.source]
        return Passage(
            key=f"{volume.source.key}.{found.page}.{found.start}",
            source=volume.source.key,
            page=found.page,
            start=found.start,
            end=found.end,
            text=volume.text(found),
            section=found.section,
            language=volume.source.language,
            score=chosen.score,
        )


def ranked(volumes: Sequence[Stored], query: str, limit: int) -> list[Passage]:
    """The passages of a few volumes that say most about a query; for a child process."""
    library = Library()
    library.add_all(volumes)
    return library.rank(Question(key="search", section="", text=query, query=query), limit)
