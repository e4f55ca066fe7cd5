"""Figures as they are handed on and compared: what is asked for, and which are of one thing."""

import re
from collections.abc import Sequence

from analysis.pipeline.tokens import tokens
from analysis.types import Figure, Page, Passage, Quote, SourceRef
from researcher.kit.frozen import Frozen

POSSESSIVE = re.compile(r"^[\w&.-]+['\u2019]s\s+")
BY_WHAT = re.compile(r"\s+by\s+[\w ]+:")
FILLER = re.compile(r"\b(?:total|the|of|and|net of tax)\b|[^\w%]+")


class Sheet(Frozen):
    """The pages of a source on which rows are read, and the passages of them with sentences."""

    source: SourceRef
    pages: tuple[Page, ...]
    prose: tuple[Passage, ...] = ()


class FiguresFound(Frozen):
    figures: tuple[Figure, ...]
    quotes: tuple[Quote, ...]


def name_of(label: str) -> str:
    """A label as it is compared: its words in alphabetical order, without whose it is.

    "Apple's total net sales", "Net sales" and, with its group, "Net sales by category: iPhone"
    and "iPhone net sales" come out alike.
    """
    plain = BY_WHAT.sub(":", POSSESSIVE.sub("", label.casefold()))
    return " ".join(sorted(set(FILLER.sub(" ", plain).split())))


def asked(label: str, wanted: Sequence[frozenset[str]]) -> float:
    """How well a name answers one of the queries: the share of its words asked for, 0 to 1."""
    words = frozenset(tokens(label, "en"))
    if not words:
        return 0.0
    return max((len(words & query) / (len(words) + 0.5) for query in wanted), default=0.0)
