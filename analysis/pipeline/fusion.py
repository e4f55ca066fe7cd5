"""Passages ordered anew for a question: by its words and by their meaning, fused by rank."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.types import Passage

# Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009), with the constant measured there.
PLACES = 60
# What a place by meaning counts beside one by words. Measured with a small model (MiniLM, 384
# numbers): the same weight puts passages that only sound alike before those with the very figures.
MEANING = 0.5

# A row for each text, of length 1 (or 0): the product of two rows is their cosine.
Vectors = NDArray[np.float32]


def fused(words: Sequence[int], meaning: Sequence[int]) -> list[int]:
    """What two orders of the same numbers agree on; of equals, the first by words."""
    worth: dict[int, float] = defaultdict(float)
    for order, weight in ((words, 1.0), (meaning, MEANING)):
        for place, one in enumerate(order, 1):
            worth[one] += weight / (PLACES + place)
    return sorted(worth, key=lambda one: -worth[one])


def nearest(asked: Vectors, found: Vectors) -> list[int]:
    """The numbers of the rows of `found`, those that mean most nearly what was asked first."""
    return [int(one) for one in np.argsort(-(found @ asked), kind="stable")]


def reordered(passages: Sequence[Passage], asked: Vectors, found: Vectors) -> list[Passage]:
    """Passages that words have ordered, fused with the order of their meaning.

    `found` has a row for each of them. Each gets the score of the place that it was given.
    """
    order = fused(range(len(passages)), nearest(asked, found))
    scores = [one.score for one in passages]
    return [
        passages[at].model_copy(update={"score": score})
        for at, score in zip(order, scores, strict=True)
    ]
