"""By what a text is known again: MinHash over runs of words, and the numbers in it.

Two texts are near-duplicates if they share at least SAME of their runs of three words and the
numbers of one all stand in the other: another number is another statement, such as a newer
estimate in the words of the older one, and that must not be lost.
"""

import re
import zlib
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
WORD = re.compile(r"\w+")
# Scripts without blanks: each character is a word.
UNSPACED = re.compile(r"([\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")

# A hash is cut in two: the leading bits choose its place in a MinHash, the next are its value.
PLACE_BITS, VALUE_BITS = np.uint64(57), np.uint64(25)
EMPTY = np.uint32(0xFFFFFFFF)
FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
MIXER = np.uint64(0xFF51AFD7ED558CCD)


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
    begin = text[:CHARACTERS].casefold()
    words = WORD.findall(begin if begin.isascii() else UNSPACED.sub(r"\1 ", begin))
    hashes = {word: zlib.crc32(word.encode()) for word in set(words)}
    numbers = sorted({number for word, number in hashes.items() if not word.isalpha()})
    runs = _runs(np.fromiter(map(hashes.__getitem__, words), dtype=np.uint64, count=len(words)))
    return Print(
        text_sha256=sha256(" ".join(text.split()).encode()).hexdigest(),
        shingles=_minhash(runs).tobytes().hex(),
        numbers=np.array(numbers[:MOST_NUMBERS], dtype=np.uint32).tobytes().hex(),
    )


def _runs(words: Any) -> Any:
    """A hash of every run of words; of a text that is shorter than a run, of all of it."""
    if len(words) < RUN:
        words = np.pad(words, (0, RUN - len(words)))
    count = len(words) - RUN + 1
    runs = sum(words[at : at + count] * FACTORS[at] for at in range(RUN))
    return (runs ^ (runs >> np.uint64(33))) * MIXER


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
