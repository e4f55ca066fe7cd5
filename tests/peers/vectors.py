"""Embeddings of a peer: texts of the same words have the same vector, whatever their order."""

import hashlib
import re
from typing import Any

SIZE = 64


def vector(text: str) -> list[float]:
    """How often each of so many groups of words occurs; its length is not 1."""
    counts = [0.0] * SIZE
    for word in re.findall(r"\w+", text.lower()):
        counts[hashlib.sha256(word.encode()).digest()[0] % SIZE] += 1.0
    return counts


def embedded(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request, the last text first: only `index` says whose a vector is."""
    texts = request["input"]
    vectors = [
        {"object": "embedding", "index": at, "embedding": vector(text)}
        for at, text in enumerate(texts)
    ]
    used = sum(max(1, len(text) // 4) for text in texts)
    return {
        "object": "list",
        "model": request["model"],
        "data": vectors[::-1],
        "usage": {"prompt_tokens": used, "total_tokens": used},
    }
