"""The passages of questions in a new order, or as they were."""

from collections.abc import Sequence

import numpy as np

from analysis.pipeline.fusion import Vectors
from analysis.pipeline.meaning import compared
from analysis.types import Brief, Passage, Question
from tests.analysis.pipeline.desk import brief, template

ASKED = [Question(key=key, section="risks", text=key, query=key) for key in ("storm", "calm")]


class Told:
    """Vectors by text; without any, none can be had."""

    def __init__(self, **told: Sequence[float]) -> None:
        self.told, self.texts = told, list[str]()

    async def vectors(self, brief: Brief, texts: Sequence[str]) -> Vectors | None:
        self.texts += texts
        return np.array([self.told[one] for one in texts], dtype=np.float32) if self.told else None


def passages(*texts: str) -> list[Passage]:
    return [
        Passage(key=text, source="s-1", page=1, start=0, end=1, text=text, score=9.0 - at)
        for at, text in enumerate(texts)
    ]


async def order(embedder: Told, **ranked: list[Passage]) -> dict[str, list[str]]:
    found = await compared(brief("Weather", template()), embedder, ASKED, ranked)
    return {key: [one.text for one in ones] for key, ones in found.items()}


async def test_each_question_has_the_order_of_its_own_meaning():
    told = Told(storm=[1, 0], calm=[0, 1], chair=[0, 1], table=[0.6, 0.8], gale=[1, 0])
    ranked = passages("table", "chair", "gale")
    assert await order(told, storm=ranked, calm=[]) == {
        "storm": ["table", "gale", "chair"],
        "calm": [],
    }
    assert told.texts == ["storm", "calm", "table", "chair", "gale"]


async def test_without_vectors_the_order_is_that_of_the_words():
    ranked = passages("chair", "gale")
    assert await order(Told(), storm=ranked, calm=ranked[:1]) == {
        "storm": ["chair", "gale"],
        "calm": ["chair"],
    }


async def test_nothing_is_asked_where_nothing_was_found():
    told = Told()
    await order(told, storm=[], calm=[])
    assert told.texts == []
