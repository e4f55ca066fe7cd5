"""The best passages for a question, weighed by their sources: what can be quoted, and tables."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from analysis.types import Passage
from researcher.kit.frozen import Frozen

DIGIT = re.compile(r"\d")


class Most(NamedTuple):
    """How many passages are looked at, and how many of them are picked at most."""

    ranked: int
    prose: int
    tables: int


class Picked(Frozen):
    """Both best first; a passage is in one of them."""

    prose: tuple[Passage, ...]
    tables: tuple[Passage, ...]


def picked(ranked: Sequence[Passage], weights: Mapping[str, float], most: Most) -> Picked:
    """The best of the ranked passages when each counts as much as its source, by its key."""
    weighed = [one.model_copy(update={"score": one.score * weights[one.source]}) for one in ranked]
    weighed.sort(key=lambda one: -one.score)
    prose, tables = list[Passage](), list[Passage]()
    for one in weighed:
        (tables if is_tabular(one.text) else prose).append(one)
    return Picked(prose=tuple(prose[: most.prose]), tables=tuple(tables[: most.tables]))


def is_tabular(text: str) -> bool:
    """Whether a passage is a table rather than sentences: there is nothing in it to quote."""
    return len(DIGIT.findall(text)) * 8 > len(text)
