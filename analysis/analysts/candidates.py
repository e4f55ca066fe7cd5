"""Chooses the sentences that a model is given to read. Runs in a child process.

Wider and plainer than what the extractive analyst prints: the model judges relevance, this only
ranks. Every source has a say: one that no question has led to is read for its best sentences.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from math import log, sqrt
from typing import NamedTuple

from analysis.analysts import choose, cues
from analysis.analysts.choose import Ask
from analysis.types import Passage, Quote
from templates_app.types import SectionKind

MATCH, PASSAGE, TELLING = 0.6, 0.25, 0.15
SAME = 0.6
OF_EACH_SOURCE = 2
WIDE = "analysis.analysts.candidates:Candidates"


class Judged(NamedTuple):
    """What a sentence is worth for any question: its terms, and what its wording adds or takes."""

    terms: frozenset[str]
    worth: float


class Found(NamedTuple):
    quote: Quote
    terms: frozenset[str]
    score: float


class Candidate(NamedTuple):
    """A sentence, and the numbers of the questions that it may answer."""

    quote: Quote
    questions: tuple[int, ...]


class Candidates:
    """Lives in a child process, so that the models for sentences are loaded once."""

    def choose(
        self, asks: Sequence[Ask], passages: Sequence[Sequence[Passage]], rest: Sequence[Passage]
    ) -> list[Candidate]:
        """The sentences that may answer the questions, none said twice, the best of each first.

        `passages` are those of each ask, `rest` one passage of each source that has none there.
        """
        ranked = [_ranked(ask, found) for ask, found in zip(asks, passages, strict=True)]
        wanted: dict[str, tuple[Quote, list[int]]] = {}
        for rank in zip_longest(*ranked):
            for number, found in enumerate(rank):
                if found is not None:
                    words = " ".join(found.quote.text.split())
                    wanted.setdefault(words, (found.quote, []))[1].append(number)
        taken = [Candidate(quote, tuple(numbers)) for quote, numbers in wanted.values()]
        missed = _of_missed([one.quote for one in taken], passages, rest)
        return [*taken, *(Candidate(quote, ()) for quote in missed)]


def _ranked(ask: Ask, passages: Sequence[Passage]) -> list[Found]:
    """The sentences of the passages by how well they fit the question, without repetitions."""
    language = next((passage.language for passage in passages), "")
    weights = choose.term_weights(ask, language)
    best = max((passage.score for passage in passages), default=0.0) or 1.0
    found = [one for passage in passages for one in _sentences(passage, best)]
    holders = Counter(term for one in found for term in one.terms)
    rarity = {term: log(1 + len(found) / count) for term, count in holders.items()}
    worth = {term: weight * rarity.get(term, 0.0) for term, weight in weights.items()}
    taken: list[Found] = []
    for one in sorted(found, key=lambda each: -each.score - MATCH * _fit(each.terms, worth)):
        if len(taken) == ask.limit:
            break
        if not any(_alike(one, other) for other in taken):
            taken.append(one)
    return taken


def _fit(terms: frozenset[str], worth: Mapping[str, float]) -> float:
    """How much of the question a sentence holds; a long one must hold more."""
    return sum(sorted(worth[term] for term in terms if term in worth)) / sqrt(12 + len(terms))


def _sentences(passage: Passage, best: float) -> Iterator[Found]:
    """The usable sentences; their score is what they are worth for any question."""
    for start, end, flat in choose.sentences(passage.text, passage.language):
        judged = _judged(flat, passage.language)
        if judged is not None:
            score = PASSAGE * passage.score / best + judged.worth
            yield Found(_quote(passage, start, end), judged.terms, score)


@lru_cache(maxsize=20_000)
def _judged(flat: str, language: str) -> Judged | None:
    """None for a sentence of form, a question, or a row of digits."""
    if not cues.is_usable(flat, SectionKind.NARRATIVE):
        return None
    telling = TELLING * (any(map(str.isdigit, flat)) + cues.tells_change(flat)) / 2
    return Judged(frozenset(choose.terms_of(flat, language)), telling - cues.penalty(flat))


def _quote(passage: Passage, start: int, end: int) -> Quote:
    return Quote(
        key="",
        source=passage.source,
        page=passage.page,
        start=passage.start + start,
        end=passage.start + end,
        text=passage.text[start:end],
        section=passage.section,
    )


def _alike(one: Found, other: Found) -> bool:
    shared = len(one.terms & other.terms)
    return shared > SAME * (len(one.terms) + len(other.terms) - shared)


def _of_missed(
    taken: Sequence[Quote], passages: Sequence[Sequence[Passage]], rest: Sequence[Passage]
) -> Iterator[Quote]:
    """The first sentences of the best passage of every source that nothing was taken of."""
    read = {quote.source for quote in taken}
    ranked = sorted((one for found in passages for one in found), key=lambda one: -one.score)
    for passage in (*ranked, *rest):
        if passage.source not in read:
            first = [found.quote for found in _sentences(passage, 1.0)][:OF_EACH_SOURCE]
            read.update(quote.source for quote in first)
            yield from first
