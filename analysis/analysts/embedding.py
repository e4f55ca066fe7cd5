"""Texts as vectors, by the embedding model of a deployment that names one, bought like answers."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from analysis.analysts.budgeting import TEXTS_A_CALL, Sizes
from analysis.analysts.shortfalls import Shortfalls
from analysis.capabilities import Model
from analysis.journal import Answer, Bound, CallFailed, OverBudget, Request
from analysis.llm import MESSAGE_TOKENS, Client, Talk, answering, tokens_of
from analysis.pipeline.fusion import Vectors
from analysis.pipeline.parallel import gathered
from analysis.types import Brief

ROLE = "embeddings"
AT_ONCE = 4
# How numbers are kept in the journal: two bytes each are enough to compare directions.
KEPT = np.dtype("<f2")


class Vector(BaseModel):
    """A text's vector; `index` is the place of the text in the request."""

    index: int
    embedding: list[float]


class Usage(BaseModel):
    prompt_tokens: int = 0


class Embedded(BaseModel):
    """What a server answers (platform.openai.com, API reference, embeddings)."""

    data: list[Vector]
    usage: Usage | None = None


@dataclass(frozen=True)
class Embeddings:
    """An embedding model for one run: batches of texts go through the run's journal.

    What the `writer` needs of the budget stays untouched.
    """

    ai: Client
    writer: Talk
    model: Model
    seconds: float
    lacking: Shortfalls

    async def vectors(self, brief: Brief, texts: Sequence[str]) -> Vectors | None:
        """A row of length 1 for each text; None, and a shortfall, if they cannot be had.

        Raises the journal's NotOurs.
        """
        keep = Sizes(brief, self.writer.model).writing
        parts = [texts[at : at + TEXTS_A_CALL] for at in range(0, len(texts), TEXTS_A_CALL)]
        try:
            answers = await gathered([partial(self._bought, one, keep) for one in parts], AT_ONCE)
            return _joined([_unpacked(one.value) for one in answers])
        except (CallFailed, OverBudget) as none:
            self.lacking.add(none.code, ROLE)
            return None

    async def _bought(self, texts: Sequence[str], keep: Bound) -> Answer:
        content = {"model": self.model.name, "input": list(texts), "encoding_format": "float"}
        tokens = sum(tokens_of(one) + MESSAGE_TOKENS for one in texts)
        request = Request(
            kind="model",
            content=content,
            bound=Bound(tokens, self.model.price.of(tokens_in=tokens, tokens_out=0)),
            role=ROLE,
            model=self.model.name,
            keep=keep,
            rate=self.model.rate,
        )
        return await self.writer.journal.once(request, partial(self._asked, request))

    async def _asked(self, request: Request) -> Answer:
        """One HTTP request; a long answer is read beside the loop."""
        with answering():
            async with asyncio.timeout(self.seconds):
                given = await self.ai.embeddings.with_raw_response.create(**request.content)
            return await asyncio.to_thread(self._answer, request, given.content)

    def _answer(self, request: Request, body: bytes) -> Answer:
        given = Embedded.model_validate_json(body)
        used = given.usage.prompt_tokens if given.usage else 0
        # A server that does not tell its usage is believed to have used what was estimated.
        tokens = used or request.bound.tokens
        return Answer(
            value=_packed(given.data, len(request.content["input"])),
            tokens_in=tokens,
            cost=self.model.price.of(tokens_in=tokens, tokens_out=0),
            finish_reason="stop",
        )


def _packed(vectors: Sequence[Vector], count: int) -> dict[str, Any]:
    """The vectors in the order of their texts. Raises ValueError if they are not one for each."""
    ordered = sorted(vectors, key=lambda one: one.index)
    if [one.index for one in ordered] != list(range(count)):
        raise ValueError(f"{count} texts were sent, and the vectors are not one for each.")
    rows = np.array([one.embedding for one in ordered], dtype=np.float64)
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise ValueError("These are no vectors of one length.")
    kept = _directions(rows).astype(KEPT)
    return {"size": rows.shape[1], "float16": base64.b64encode(kept.tobytes()).decode()}


def _unpacked(kept: Mapping[str, Any]) -> Vectors:
    numbers = np.frombuffer(base64.b64decode(kept["float16"]), dtype=KEPT)
    return numbers.reshape(-1, kept["size"]).astype(np.float32)


def _directions(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)


def _joined(parts: Sequence[Vectors]) -> Vectors:
    if len({part.shape[1] for part in parts}) > 1:
        raise CallFailed("bad_response", "The vectors differ in length.", maybe_paid=True)
    return np.concatenate(parts)
