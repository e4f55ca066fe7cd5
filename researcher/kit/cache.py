"""What is read often and changes rarely, kept for a while; never the truth.

Every kind of kept value has its name here. What never changes stays in the memory of each
process: no round trip, and no document of a user leaves for another server. What processes must
share is JSON on Redis when the deployment has one. A cache that is away costs time, nothing else.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """A kind of value: its name, how long it is kept, and the shape that it has.

    A change of shape is a new `version`, so that code of two releases never shares a value.
    `is_shared` between all processes of the deployment, else each has its own, of a size that
    fits what `alias` keeps.
    """

    name: str
    seconds: int
    version: int = 1
    is_shared: bool = False
    alias: str = "local"

    @property
    def cache(self) -> BaseCache:
        return caches["default" if self.is_shared else self.alias]


# By number and hash of a template version, and what else is shown: what it says never changes.
TEMPLATE = Kept("template", seconds=3600)
# By source and number: the text of a page never changes either.
PAGE_TEXT = Kept("page-text", seconds=600)
# By hash of a PDF, number of a page, marked words and width: a picture of some 100 kB.
PAGE_IMAGE = Kept("page-image", seconds=600, alias="pictures")
# The figures that a deployment's rows give for /metrics.
METRICS = Kept("metrics", seconds=5, is_shared=True)


def remember(kept: Kept, parts: Sequence[object], make: Callable[[], T]) -> T:
    """The value that is kept for these parts, else what `make` gives, which is kept then.

    `make` gives JSON: no tuples, no dates. What it raises is raised, and nothing is kept.
    """
    key = key_of(kept, parts)
    held = kept.cache.get(key)
    if held is None:
        held = [make()]
        kept.cache.set(key, held, kept.seconds)
    value: T = held[0]
    return value


def forget(kept: Kept, parts: Sequence[object]) -> None:
    """Drop a value before its time; one that is not shared only in this process.

    A shared one that is dropped while Redis is away may come back until its seconds are over.
    """
    kept.cache.delete(key_of(kept, parts))


def key_of(kept: Kept, parts: Sequence[object]) -> str:
    """Its parts are hashed: they may be long, and what users wrote stays out of the keys."""
    canonical = json.dumps([str(part) for part in parts])
    return f"{kept.name}:{kept.version}:{sha256(canonical.encode()).hexdigest()[:32]}"
