"""The forward index of a source: its passages and their terms, worked out once for all runs.

It is made when a source is read and kept beside its pages. A library that is given none makes it
from the pages: it is spared work and nothing else.
"""

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgpack
import numpy as np
from numpy.typing import NDArray

from analysis.pipeline import layout
from analysis.pipeline.passages import Cut, cut
from analysis.pipeline.tokens import Vocabulary
from analysis.types import Page

# By what pages are cut and their words compared: another number whenever that changes, so that no
# index of before is used.
RULES = 1
MOST_TERMS = 500_000


class Forward(NamedTuple):
    """The passages of a source in reading order, and what each of them says.

    `repeated` are the lines at the edges of many of its pages. `words` are its distinct terms;
    `terms` says by their places in it what one passage after the other says, of which each has
    as many terms as `lengths` tells.
    """

    repeated: list[str]
    cuts: list[Cut]
    words: list[str]
    terms: NDArray[np.unsignedinteger[Any]]
    lengths: list[int]


def made(pages: Sequence[Page], language: str) -> Forward:
    """Cut the pages into passages, and these into terms."""
    texts = {page.number: page.text for page in pages}
    repeated = layout.furniture([page.text for page in pages])
    cuts = cut(pages, language, repeated)
    known = _known()
    said = [known.numbered(texts[one.page][one.start : one.end], language) for one in cuts]
    words, terms = _by_place(known, said)
    return Forward(list(repeated.values()), cuts, words, terms, list(map(len, said)))


def packed(pages: Sequence[Page], language: str) -> bytes:
    """The forward index of pages as it is kept; for a child process."""
    one = made(pages, language)
    terms = one.terms.dtype.str, one.terms.tobytes()
    kept: bytes = msgpack.packb((language, one.repeated, one.cuts, one.words, terms, one.lengths))
    return kept


def unpacked(kept: bytes, language: str) -> Forward | None:
    """What was kept; None if that is nothing, or was made for another language."""
    if not kept:
        return None
    made_for, repeated, rows, words, (kind, terms), lengths = msgpack.unpackb(kept)
    if made_for != language:
        return None
    cuts = [Cut(*row) for row in rows]
    return Forward(repeated, cuts, words, np.frombuffer(terms, kind), lengths)


def _by_place(
    known: Vocabulary, said: Sequence["array[int]"]
) -> tuple[list[str], NDArray[np.unsignedinteger[Any]]]:
    """The distinct terms in the order in which they are first said, and the places of all."""
    numbers = np.frombuffer(b"".join(said), dtype=np.intc)
    first = np.empty(len(known), dtype=np.intc)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    distinct = numbers[first[numbers] == np.arange(len(numbers))]
    places = np.empty(len(known), dtype=np.min_scalar_type(len(distinct)))
    places[distinct] = np.arange(len(distinct))
    return [known.spelled[number] for number in distinct.tolist()], places[numbers]


_vocabulary = Vocabulary()


def _known() -> Vocabulary:
    """The terms that this process has met; begun anew when they are too many."""
    global _vocabulary
    if len(_vocabulary) > MOST_TERMS:
        _vocabulary = Vocabulary()
    return _vocabulary
