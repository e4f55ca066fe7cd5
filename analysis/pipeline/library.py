"""The passages of a run's sources, ranked for a question."""

import re
from collections.abc import Sequence

import numpy as np

from analysis.pipeline.duplicates import printed
from analysis.pipeline.passages import Cut
from analysis.pipeline.ranking import Ranking
from analysis.pipeline.selection import Candidate, selected
from analysis.pipeline.tokens import Vocabulary
from analysis.pipeline.volume import Volume
from analysis.types import Page, Passage, Question, SourceRef

DEPTH = 120
TABLE = 0.5  # the share of numbers among the terms from which on a passage is all figures
LATEST = re.compile(r"\b(?:latest|newest|most recent(?:ly)?|current(?:ly)?|last)\b", re.I)
BRACKETED = re.compile(r"\(.*?\)")


class Library:
    """Lives in a child process: filled once per run, then asked for every question."""

    def __init__(self) -> None:
        self.volumes: list[Volume] = []
        self.places: dict[str, int] = {}  # of the sources among the volumes, by key
        self.cuts: list[Cut] = []
        self.owners: list[int] = []
        self.terms: list[list[int]] = []
        self.vocabulary = Vocabulary()
        self._ranking: Ranking | None = None

    def add(self, source: SourceRef, pages: Sequence[Page]) -> int:
        """Cut the pages of a source into passages; how many there are of it."""
        volume = Volume(source, pages)
        texts = [volume.text(one) for one in volume.cuts]
        self.terms += [self.vocabulary.numbered(text, source.language) for text in texts]
        self.owners += [len(self.volumes)] * len(texts)
        self.cuts += volume.cuts
        self.places[source.key] = len(self.volumes)
        self.volumes.append(volume)
        self._ranking = None
        return len(texts)

    def passages_count(self) -> int:
        return len(self.cuts)

    def rank(self, question: Question, limit: int = 12) -> list[Passage]:
        """The passages that answer a question best, best first, none said twice."""
        if not self.cuts:
            return []
        asked = question.query or question.text
        languages = {volume.source.language for volume in self.volumes}
        query = self.vocabulary.known(asked, sorted(languages))
        scores = self._ranked().scores(query, latest=bool(LATEST.search(asked)))
        best = np.argsort(-scores, kind="stable")[: max(DEPTH, 3 * limit)]
        candidates = [self._candidate(one, float(scores[one])) for one in best if scores[one] > 0]
        return [self._passage(one) for one in selected(candidates, limit)]

    def _ranked(self) -> Ranking:
        if self._ranking is None:
            titles = [self._numbered(volume, volume.title) for volume in self.volumes]
            self._ranking = Ranking(
                passages=[
                    [
                        *terms,
                        *self._numbered(volume := self.volumes[owner], found.section),
                        *titles[owner],
                    ]
                    for terms, found, owner in zip(self.terms, self.cuts, self.owners, strict=True)
                ],
                owners=self.owners,
                figures=[self._figures(terms) for terms in self.terms],
                names=[sorted(set(self._numbered(one, one.names))) for one in self.volumes],
                titles=[
                    self._numbered(one, BRACKETED.sub("", one.source.title)) for one in self.volumes
                ],
                days=[volume.day for volume in self.volumes],
            )
        return self._ranking

    def _numbered(self, volume: Volume, text: str) -> list[int]:
        return self.vocabulary.numbered(text, volume.source.language)

    def _figures(self, terms: Sequence[int]) -> float:
        numbers = sum(term in self.vocabulary.numbers for term in terms)
        return min(1.0, numbers / max(1, len(terms)) / TABLE)

    def _candidate(self, number: int, score: float) -> Candidate:
        owner = self.owners[number]
        volume = self.volumes[owner]
        newer = self._newer(volume.source)
        return Candidate(
            number=number,
            score=score,
            source=owner,
            page=(owner, self.cuts[number].page) if len(volume.pages) > 1 else None,
            age=(bool(newer), -volume.day),
            newer=newer,
            print=printed(self.terms[number], self.vocabulary.numbers),
        )

    def _newer(self, source: SourceRef) -> frozenset[int]:
        """The sources here that supersede this one, directly or through one another."""
        found: list[int] = []
        at = self.places.get(source.superseded_by or "")
        while at is not None and at not in found:
            found.append(at)
            at = self.places.get(self.volumes[at].source.superseded_by or "")
        return frozenset(found)

    def _passage(self, chosen: Candidate) -> Passage:
        found, volume = self.cuts[chosen.number], self.volumes[chosen.source]
        return Passage(
            key=f"{volume.source.key}.{found.page}.{found.start}",
            source=volume.source.key,
            page=found.page,
            start=found.start,
            end=found.end,
            text=volume.text(found),
            section=found.section,
            score=chosen.score,
        )
