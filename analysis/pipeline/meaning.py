"""The passages of every question compared with it by their meaning, where there is a way to."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.pipeline.fusion import Vectors, reordered
from analysis.pipeline.tools import Embedder
from analysis.types import Brief, Passage, Question

Ranked = Mapping[str, Sequence[Passage]]


async def compared(
    brief: Brief, embedder: Embedder, questions: Sequence[Question], ranked: Ranked
) -> dict[str, list[Passage]]:
    """The passages of each question, their order fused with that of their meaning.

    As they were where the vectors cannot be had.
    """
    asked = [question.text for question in questions]
    found = [one.text for passages in ranked.values() for one in passages]
    texts = list(dict.fromkeys([*asked, *found]))
    vectors = await embedder.vectors(brief, texts) if found else None
    if vectors is None:
        return {key: list(passages) for key, passages in ranked.items()}
    meanings = dict(zip(texts, vectors, strict=True))
    return {
        question.key: _compared(meanings, question, ranked[question.key]) for question in questions
    }


def _compared(
    meanings: Mapping[str, Vectors], question: Question, passages: Sequence[Passage]
) -> list[Passage]:
    if not passages:
        return []
    found = np.stack([meanings[one.text] for one in passages])
    return reordered(passages, meanings[question.text], found)
