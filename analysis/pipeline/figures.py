"""Figures as they are handed on and compared: what is asked for, and which are of one thing."""

import re
from collections.abc import Sequence

from analysis.pipeline.tokens import tokens
from analysis.types import Figure, Page, Passage, Quote, SourceRef
from researcher.kit.frozen import Frozen

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


def own_label(label: str, subject: str) -> str:
    """A label without the name of whom the whole document is about.

    In a document of Apple "Apple's net sales" and "Net sales of Apple" are "Net sales"; what is
    Microsoft's stays so.
    """
    if not subject:
        return label
    name = re.escape(subject)
    plain = re.sub(rf"^{name}['\u2019]s?\s+", "", label, flags=re.IGNORECASE)
    plain = re.sub(rf"\s+(?:of|at|for)\s+{name}(?=$|\s\()", "", plain, flags=re.IGNORECASE)
    return plain[:1].upper() + plain[1:] if plain != label else label


def name_of(label: str) -> str:
    """A label as it is compared: its words in alphabetical order.

    "Total net sales" and "Net sales" come out alike, and so do "Net sales by category: iPhone"
    and "iPhone net sales".
    """
    plain = BY_WHAT.sub(":", label.casefold())
    return " ".join(sorted(set(FILLER.sub(" ", plain).split())))


def asked(label: str, wanted: Sequence[frozenset[str]]) -> float:
    """How well a name answers one of the queries: the share of its words asked for, 0 to 1."""
    words = frozenset(tokens(label, "en"))
    if not words:
        return 0.0
    return max((len(words & query) / (len(words) + 0.5) for query in wanted), default=0.0)
