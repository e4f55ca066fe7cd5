"""What a ranking is worth against gold evidence: recall, facts carried, first right rank."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from tests.bench.corpus import Asked, Fact

CUTS = (5, 10, 20)
LEAST_LETTERS = 20
WORDS_CARRIED = 0.7


class Hit(NamedTuple):
    """A ranked piece of text as a citation: document, page and quote."""

    document: str
    page: int
    text: str


Right = Callable[[Fact, Hit], bool]


def in_document(fact: Fact, hit: Hit) -> bool:
    return any(document == hit.document for document, _ in fact.locations)


def on_page(fact: Fact, hit: Hit) -> bool:
    return (hit.document, hit.page) in fact.locations


def carried(fact: Fact, hit: Hit) -> bool:
    """Whether the quote, from a right document, carries the words of the fact."""
    return in_document(fact, hit) and any(carries(hit.text, gold) for gold in fact.wordings)


def carries(quote: str, gold: str) -> bool:
    """Gold inside the quote, a long quote inside gold, or 70 % of the gold's words."""
    printed, wanted = folded(quote), folded(gold)
    if wanted in printed or (len(printed) >= LEAST_LETTERS and printed in wanted):
        return True
    words = set(re.findall(r"\w+", wanted))
    present = words & set(re.findall(r"\w+", printed))
    return bool(words) and len(present) / len(words) >= WORDS_CARRIED


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """NFKC with runs of whitespace as one blank, in small letters."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def recall(asked: Asked, hits: Sequence[Hit], right: Right) -> float:
    """The share of the facts that one of the hits is right for."""
    met = sum(any(right(fact, hit) for hit in hits) for fact in asked.facts)
    return met / len(asked.facts)


def reciprocal(asked: Asked, hits: Sequence[Hit], right: Right) -> float:
    """One over the rank of the first right hit; nothing when there is none."""
    ranks = (
        rank
        for rank, hit in enumerate(hits, start=1)
        if any(right(fact, hit) for fact in asked.facts)
    )
    return 1 / next(ranks, float("inf"))


def scores(asked: Asked, hits: Sequence[Hit], right: Right) -> dict[str, float]:
    found = {f"r{cut}": recall(asked, hits[:cut], right) for cut in CUTS}
    return {**found, "mrr": reciprocal(asked, hits[: CUTS[-1]], right)}


def interval(differences: Sequence[float], times: int = 2000) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of paired differences."""
    rng = np.random.default_rng(1)
    values = np.array(differences)
    means = values[rng.integers(0, len(values), (times, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
