"""Ours with the order of the meaning fused in, where the environment names a way to tell it.

`MODEL_EMBEDDINGS` names a model of `OPENAI_BASE_URL` (any compatible server) or of OpenAI with
`OPENAI_API_KEY`, as it does in the product; without them nothing is measured, and that is said.
"""

import os
from collections.abc import Sequence

import numpy as np
from openai import OpenAI

from analysis.pipeline.fusion import Vectors, reordered
from analysis.pipeline.library import Library
from analysis.pipeline.process import COMPARED
from analysis.types import Question
from tests.bench.scoring import Hit

BATCH, SECONDS = 64, 300.0
MISSING = (
    "NOT MEASURED: the meaning of passages. Set MODEL_EMBEDDINGS, and OPENAI_BASE_URL (any "
    "compatible server, a local one too: docs/operations.md) or OPENAI_API_KEY."
)


class Meanings:
    """The vectors of texts from the server of the environment; each text is asked for once."""

    def __init__(self, model: str, address: str | None, key: str) -> None:
        self.model, self.known = model, dict[str, Vectors]()
        self.server = OpenAI(base_url=address, api_key=key, timeout=SECONDS, max_retries=1)

    def of(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text."""
        new = [one for one in dict.fromkeys(texts) if one not in self.known]
        for at in range(0, len(new), BATCH):
            self._ask(new[at : at + BATCH])
        return np.stack([self.known[one] for one in texts])

    def _ask(self, texts: Sequence[str]) -> None:
        given = self.server.embeddings.create(
            model=self.model, input=list(texts), encoding_format="float"
        )
        for one in given.data:
            row = np.array(one.embedding, dtype=np.float32)
            self.known[texts[one.index]] = row / max(float(np.linalg.norm(row)), 1e-9)


def from_environment() -> Meanings | None:
    """What the environment names; None without a model, or without a server to ask."""
    model = os.environ.get("MODEL_EMBEDDINGS", "")
    address, key = os.environ.get("OPENAI_BASE_URL"), os.environ.get("OPENAI_API_KEY")
    if not model or not (address or key):
        return None
    return Meanings(model, address, key or "none")


class WithMeaning:
    """A library's ranking with that by meaning: the product's own fusion of its best passages."""

    def __init__(self, library: Library, meanings: Meanings) -> None:
        self.library, self.meanings = library, meanings

    def rank(self, question: str, limit: int) -> list[Hit]:
        asked = Question(key="q", section="s", text=question, query=question)
        passages = self.library.rank(asked, COMPARED)
        rows = self.meanings.of([question, *(one.text for one in passages)])
        fused = reordered(passages, rows[0], rows[1:]) if passages else []
        return [Hit(one.source, one.page, one.text) for one in fused[:limit]]
