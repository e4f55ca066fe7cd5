"""Opaque keys: stable within a run, and telling nothing about what they stand for."""

import hashlib
from uuid import UUID

LENGTH = 10


def key(prefix: str, run: UUID, *parts: object) -> str:
    """A key such as "q-3f9a01c2d4": the same for the same parts of the same run."""
    text = "\x1f".join([str(run), prefix, *(str(part) for part in parts)])
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:LENGTH]}"


def quote(run: UUID, sha256: str, page: int, start: int, end: int) -> str:
    """The key of the words `text[start:end]` of a page of the source with this hash."""
    return key("q", run, sha256, page, start, end)
