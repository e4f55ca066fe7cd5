"""What is read often and changes rarely, kept for a while; never the truth.

Every kind of kept value has its name here. Values are JSON, on Redis when the deployment has
one, else in the memory of each process. A cache that is away costs time and nothing else.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """A kind of value: its name, how long it is kept, and the shape that it has.

    A change of shape is a new `version`, so that code of two releases never shares a value.
    """

    name: str
    seconds: int
    version: int = 1


# By slug, number and hash of a template version: what it says never changes.
TEMPLATE = Kept("template", seconds=3600)
# By source and number: the text of a page never changes either.
PAGE_TEXT = Kept("page-text", seconds=600)
# The figures that a deployment's rows give for /metrics.
METRICS = Kept("metrics", seconds=5)


def remember(kept: Kept, parts: Sequence[object], make: Callable[[], T]) -> T:
    """The value that is kept for these parts, else what `make` gives, which is kept then.

    `make` gives JSON: no tuples, no dates. What it raises is raised, and nothing is kept.
    """
    key = key_of(kept, parts)
    held = cache.get(key)
    if held is None:
        held = [make()]
        cache.set(key, held, kept.seconds)
    value: T = held[0]
    return value


def forget(kept: Kept, parts: Sequence[object]) -> None:
    """Drop a value before its time. One dropped while Redis is away may return until it ends."""
    cache.delete(key_of(kept, parts))


def key_of(kept: Kept, parts: Sequence[object]) -> str:
    """Its parts are hashed: they may be long, and what users wrote stays out of the keys."""
    canonical = json.dumps([str(part) for part in parts])
    return f"{kept.name}:{kept.version}:{sha256(canonical.encode()).hexdigest()[:32]}"
