"""Chooses the sentences that answer a question. Runs in a child process.

Query-biased LexRank and MMR over the sentences of the ranked passages. Every answer is
`page.text[start:end]`; sentences that match too little of the question are not chosen, so a
question that the sources do not answer gets none.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.analysts import cues
from analysis.pipeline.sentences import sentence_spans
from analysis.pipeline.tokens import tokens
from analysis.types import Passage, Quote
from researcher.kit.frozen import Frozen
from templates_app.types import SectionKind

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

MATCH, CENTRAL, PASSAGE, TELLING = 0.55, 0.25, 0.15, 0.1
TITLE, ASKED, RELATED, TOPIC = 1.0, 0.8, 0.5, 0.3
NEAR, DAMPING, ROUNDS = 0.1, 0.85, 30
RELEVANCE, SAME, ENOUGH = 0.7, 0.6, 0.25
# How many telling words a sentence must share with its question; more beside a table of figures.
LEAST, LEAST_BESIDE_FIGURES = 2, 3
FEWEST_OF_ITS_OWN = 3
_WEAK = """
amount business change company compare data decrease effect expect find first follow general good
growth high higher impact include increase information large level low lower main major market new
next number period product provide quarter report result service show significant state total use
year
"""


class Ask(Frozen):
    """A question as it is asked of sentences; `limit` is how many are wanted at most."""

    title: str
    question: str
    query: str
    topic: str
    kind: SectionKind
    limit: int


class Candidate(NamedTuple):
    """A sentence of a passage: its quote, its terms, and how well its passage was ranked."""

    quote: Quote
    flat: str
    terms: tuple[str, ...]
    share: float


class Chooser:
    """Lives in a child process, so that the models for sentences are loaded once."""

    def choose(self, ask: Ask, passages: Sequence[Passage]) -> list[Quote]:
        """The sentences that answer the question, best first; none is an honest answer."""
        language = Counter(passage.language for passage in passages).most_common(1)
        weights = term_weights(ask, language[0][0] if language else "")
        found = candidates(passages, ask.kind)
        least = LEAST_BESIDE_FIGURES if ask.kind is SectionKind.KEY_FIGURES else LEAST
        found = [one for one in found if is_relevant(one, weights, least)]
        if not found:
            return []
        return [found[number].quote for number in picked(found, weights, ask.limit)]


def candidates(passages: Sequence[Passage], kind: SectionKind) -> list[Candidate]:
    """The usable sentences of the passages, each once."""
    best = max((passage.score for passage in passages), default=0.0) or 1.0
    found: dict[str, Candidate] = {}
    for passage in passages:
        for start, end, flat in sentences(passage.text, passage.language):
            if flat not in found and cues.is_usable(flat, kind):
                terms = terms_of(flat, passage.language)
                quote = _quote(passage, start, end)
                found[flat] = Candidate(quote, flat, terms, passage.score / best)
    return list(found.values())


# Many questions are asked of the same passages.
@lru_cache(maxsize=1000)
def sentences(text: str, language: str) -> tuple[tuple[int, int, str], ...]:
    """The sentences of a passage as (start, end, words on one line)."""
    spans = sentence_spans(text, language)
    return tuple((start, end, " ".join(text[start:end].split())) for start, end in spans)


@lru_cache(maxsize=5000)
def terms_of(sentence: str, language: str) -> tuple[str, ...]:
    return tuple(tokens(sentence, language))


def _quote(passage: Passage, start: int, end: int) -> Quote:
    return Quote(
        key=f"{passage.key}.{start}",
        source=passage.source,
        page=passage.page,
        start=passage.start + start,
        end=passage.start + end,
        text=passage.text[start:end],
        section=passage.section,
    )


def term_weights(ask: Ask, language: str) -> dict[str, float]:
    """What each term of the question is worth; the topic is what all passages share anyway.

    Unless the section asks nothing but the topic: then the topic is the question.
    """
    topic, title = tokens(ask.topic, language), tokens(ask.title, language)
    asked = tokens(ask.question, language)
    is_asked = len(set(asked) - set(topic) - set(title)) < FEWEST_OF_ITS_OWN
    weights = dict.fromkeys(tokens(ask.query, language), RELATED)
    weights |= dict.fromkeys(asked, ASKED)
    weights |= dict.fromkeys(topic, ASKED if is_asked else TOPIC)
    return weights | dict.fromkeys(title, TITLE)


@lru_cache
def weak_terms() -> frozenset[str]:
    """Terms that match too many sentences to tell that one is relevant."""
    return frozenset(tokens(_WEAK, "en"))


def is_relevant(one: Candidate, weights: dict[str, float], least: int = LEAST) -> bool:
    """Whether a sentence matches the question by more than its topic and everyday words."""
    strong = {
        term
        for term, worth in weights.items()
        if worth > TOPIC and term not in weak_terms() and not term[0].isdigit()
    }
    return len(strong.intersection(one.terms)) >= min(least, max(1, len(strong)))


def picked(found: Sequence[Candidate], weights: dict[str, float], limit: int) -> list[int]:
    """The numbers of the best sentences: relevant first, none like one chosen before it."""
    vectors, overlap = vectors_of(found)
    likeness = vectors @ vectors.T
    scores = scores_of(found, weights, likeness)
    chosen: list[int] = []
    open_ = np.ones(len(found), dtype=bool)
    nearest = np.zeros(len(found), dtype=np.float32)
    while len(chosen) < limit and open_.any():
        worth = np.where(open_, RELEVANCE * scores - (1 - RELEVANCE) * nearest, -np.inf)
        best = int(np.argmax(worth))
        if scores[best] < ENOUGH * scores.max():
            break
        chosen.append(best)
        nearest = np.maximum(nearest, likeness[best])
        open_ &= overlap[best] <= SAME
        open_[best] = False
    return chosen


def vectors_of(found: Sequence[Candidate]) -> tuple[Matrix, Matrix]:
    """Unit vectors of the sentences by the rarity of their terms, and their Jaccard overlaps."""
    vocabulary: dict[str, int] = {}
    cells = [
        (row, vocabulary.setdefault(term, len(vocabulary)))
        for row, one in enumerate(found)
        for term in one.terms
    ]
    counts = np.zeros((len(found), max(1, len(vocabulary))), dtype=np.float32)
    if cells:
        np.add.at(counts, tuple(np.array(cells).T), 1)
    holds = (counts > 0).astype(np.float32)
    shared = holds @ holds.T
    sizes = holds.sum(axis=1)
    joined = np.maximum(sizes[:, None] + sizes[None, :] - shared, 1)
    rarity = np.log(1 + len(found) / np.maximum(holds.sum(axis=0), 1)).astype(np.float32)
    weighed = np.log1p(counts) * rarity
    lengths = np.linalg.norm(weighed, axis=1, keepdims=True)
    return weighed / np.where(lengths == 0, 1, lengths), shared / joined


def scores_of(found: Sequence[Candidate], weights: dict[str, float], likeness: Matrix) -> Vector:
    """The worth of every sentence, from its match, its centrality and its passage."""
    match = np.sqrt(_scaled(matches(found, weights)))
    central = _scaled(centrality(likeness, match))
    share = np.array([one.share for one in found], dtype=np.float32)
    figure = np.array([_tells(one.flat) for one in found], dtype=np.float32)
    losses = np.array([cues.penalty(one.flat) for one in found], dtype=np.float32)
    scores = MATCH * match + CENTRAL * central + PASSAGE * share + TELLING * figure - losses
    return np.asarray(scores * (0.5 + 0.5 * share), dtype=np.float32)


def _tells(sentence: str) -> float:
    """1 for a sentence that tells a figure of a change, a half for one of the two."""
    figures = any(map(str.isdigit, sentence))
    return (bool(figures) + cues.tells_change(sentence)) / 2


def matches(found: Sequence[Candidate], weights: dict[str, float]) -> Vector:
    """How much of the question each sentence holds; a long one must hold more."""
    holders = Counter(term for one in found for term in set(one.terms))
    worth = {
        term: weight * (0.5 + math.log(1 + len(found) / (1 + holders[term])))
        for term, weight in weights.items()
    }
    return np.array(
        [
            sum(sorted(worth[term] for term in set(one.terms) if term in worth))
            / math.sqrt(12 + len(one.terms))
            for one in found
        ],
        dtype=np.float32,
    )


def centrality(likeness: Matrix, bias: Vector) -> Vector:
    """LexRank: a sentence is central that central sentences are like, led by the bias."""
    linked = np.where(likeness > NEAR, likeness, 0).astype(np.float32)
    np.fill_diagonal(linked, 0)
    sums = linked.sum(axis=1, keepdims=True)
    steps = np.divide(linked, sums, out=np.full_like(linked, 1 / len(linked)), where=sums > 0)
    start = np.maximum(bias, 1e-3) / np.maximum(bias, 1e-3).sum()
    rank = start.copy()
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) * start + DAMPING * (steps.T @ rank)
    return np.asarray(rank, dtype=np.float32)


def _scaled(values: Vector) -> Vector:
    return values / max(float(values.max()), 1e-9)
