"""By what a text is known again: MinHash over runs of words, and the numbers in it.

Two texts are near-duplicates if they share at least SAME of their runs of three words and the
numbers of one all stand in the other: another number is another statement, such as a newer
estimate in the words of the older one, and that must not be lost.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from researcher.kit.frozen import Frozen

SAME = 0.8
# Places of a MinHash; the error of an estimate is about 0.035 at SAME.
PLACES = 128
RUN = 3
# Enough to know a text by; the rest of a very long one adds nothing but time.
CHARACTERS = 200_000
MOST_NUMBERS = 5000

# The kinds of characters, worked out when they are first met. One that stands ALONE is a word by
# itself (scripts without blanks), and a word with a FIGURE in it is a number.
UNKNOWN, BLANK, LETTER, ALONE, FIGURE = range(5)
# Scripts without blanks.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
KINDS = np.zeros(0x110000, dtype=np.uint8)

# The hash of a word is a polynomial in BASE modulo 2^64 (Karp and Rabin 1987): its characters as
# they stand in the text by the powers of their places, divided by that of the first.
BASE = 0x9E3779B97F4A7C15
POWERS = np.cumprod(np.full(CHARACTERS, BASE, dtype=np.uint64))
INVERSES = np.cumprod(np.full(CHARACTERS, pow(BASE, -1, 1 << 64), dtype=np.uint64))
FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
MIXER = np.uint64(0xFF51AFD7ED558CCD)
# A hash is cut in two: the leading bits choose its place in a MinHash, the next are its value.
PLACE_BITS, VALUE_BITS, HALF = np.uint64(57), np.uint64(25), np.uint64(32)
EMPTY = np.uint32(0xFFFFFFFF)


class Print(Frozen):
    """The hash of a text, its MinHash and the hashes of its numbers (the last two in hex)."""

    text_sha256: str
    shingles: str
    numbers: str

    def minhash(self) -> Any:
        return np.frombuffer(bytes.fromhex(self.shingles), dtype=np.uint32)

    def number_hashes(self) -> Any:
        return np.frombuffer(bytes.fromhex(self.numbers), dtype=np.uint32)


def print_of(text: str) -> Print:
    words, is_number = _words(text[:CHARACTERS])
    numbers = np.unique((words[is_number] >> HALF).astype(np.uint32))
    return Print(
        text_sha256=sha256(" ".join(text.split()).encode()).hexdigest(),
        shingles=_minhash(_runs(words)).tobytes().hex(),
        numbers=numbers[:MOST_NUMBERS].tobytes().hex(),
    )


def _words(text: str) -> tuple[Any, Any]:
    """The hash of every word in reading order, and whether it is a number."""
    codes = np.frombuffer(text.casefold().encode("utf-32-le"), dtype="<u4")[:CHARACTERS]
    kinds = _kinds(codes)
    starts = _starts(kinds)
    if not len(starts):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=bool)
    terms = codes * (kinds > BLANK) * POWERS[: len(codes)]
    words = np.add.reduceat(terms, starts) * INVERSES[starts]
    return _mixed(words), np.maximum.reduceat(kinds, starts) == FIGURE


def _kinds(codes: Any) -> Any:
    """The kind of each character."""
    kinds = KINDS[codes]
    if kinds.all():
        return kinds
    for code in np.unique(codes[kinds == UNKNOWN]):
        KINDS[code] = _kind(chr(code))
    return KINDS[codes]


def _kind(character: str) -> int:
    if not (character.isalnum() or character == "_"):
        return BLANK
    if not character.isalpha():
        return FIGURE
    return ALONE if UNSPACED.match(character) else LETTER


def _starts(kinds: Any) -> Any:
    """Where the words begin: behind what is none, and around characters that stand alone."""
    begins, alone = kinds > BLANK, kinds == ALONE
    begins[1:] &= (kinds[:-1] == BLANK) | alone[1:] | alone[:-1]
    return np.flatnonzero(begins)


def _mixed(hashes: Any) -> Any:
    """Hashes whose every bit tells of every bit before."""
    return (hashes ^ (hashes >> HALF)) * MIXER


def _runs(words: Any) -> Any:
    """A hash of every run of words; of a text that is shorter than a run, of all of it."""
    if len(words) < RUN:
        words = np.pad(words, (0, RUN - len(words)))
    count = len(words) - RUN + 1
    runs = sum(words[at : at + count] * FACTORS[at] for at in range(RUN))
    return _mixed(runs)


def _minhash(runs: Any) -> Any:
    """The least value at each place: one permutation, of which every place sees a part.

    A place that no run has fallen to takes what the next one has, so that short texts agree too.
    """
    least = np.full(PLACES, EMPTY)
    np.minimum.at(least, runs >> PLACE_BITS, (runs >> VALUE_BITS).astype(np.uint32))
    filled = np.flatnonzero(least != EMPTY)
    after = np.searchsorted(filled, np.arange(PLACES)) % len(filled)
    return least[filled[after]]


def numbers_agree(one: Any, other: Any) -> bool:
    """Whether the numbers of one text all stand in the other."""
    small, large = sorted((one, other), key=len)
    return bool(np.isin(small, large, assume_unique=True).all())


def prints_of(texts: Sequence[str]) -> list[Print]:
    """The prints of texts that are stored already; for a child process."""
    return [print_of(text) for text in texts]
