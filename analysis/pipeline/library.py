"""The passages of a run's sources, ranked for a question."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analysis.pipeline import duplicates
from analysis.pipeline.passages import Cut, cut
from analysis.pipeline.ranking import Index
from analysis.pipeline.tokens import tokens
from analysis.types import Page, Passage, Question, SourceRef

DEPTH = 200


class Library:
    """Lives in a child process: filled once per run, then asked for every question."""

    def __init__(self) -> None:
        self.sources: list[SourceRef] = []
        self.pages: list[dict[int, str]] = []
        self.cuts: list[Cut] = []
        self.owners: list[int] = []
        self.terms: list[list[str]] = []
        self._index: Index | None = None

    def add(self, source: SourceRef, pages: Sequence[Page]) -> int:
        """Cut the pages of a source into passages; how many there are of it."""
        found = cut(pages, source.language)
        texts = {page.number: page.text for page in pages}
        self.owners += [len(self.sources)] * len(found)
        self.sources.append(source)
        self.pages.append(texts)
        self.cuts += found
        self.terms += [
            tokens(texts[one.page][one.start : one.end], source.language) for one in found
        ]
        self._index = None
        return len(found)

    def passages_count(self) -> int:
        return len(self.cuts)

    def rank(self, question: Question, limit: int = 12) -> list[Passage]:
        """The passages that answer a question best, best first, none said twice."""
        if not self.cuts:
            return []
        scores = self._indexed().scores(self._query(question))
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        chosen: list[int] = []
        for number in order:
            if scores[number] <= 0 or len(chosen) == limit:
                break
            if not any(self._same(int(number), other) for other in chosen):
                chosen.append(int(number))
        return [self._passage(number, float(scores[number])) for number in chosen]

    def _indexed(self) -> Index:
        if self._index is None:
            self._index = Index(self.terms)
        return self._index

    def _query(self, question: Question) -> Counter[str]:
        languages = {source.language for source in self.sources}
        text = question.query or question.text
        return Counter({term for language in languages for term in tokens(text, language)})

    def _same(self, one: int, other: int) -> bool:
        return duplicates.same(frozenset(self.terms[one]), frozenset(self.terms[other]))

    def _passage(self, number: int, score: float) -> Passage:
        found, source = self.cuts[number], self.sources[self.owners[number]]
        return Passage(
            key=f"{source.key}.{found.page}.{found.start}",
            source=source.key,
            page=found.page,
            start=found.start,
            end=found.end,
            text=self.pages[self.owners[number]][found.page][found.start : found.end],
            section=found.section,
            score=score,
        )
