"""By what a text is known again: MinHash over runs of words, and the numbers in it.

Two texts are near-duplicates if they share at least SAME of their runs of three words and the
numbers of one all stand in the other: another number is another statement, such as a newer
estimate in the words of the older one, and that must not be lost.
"""

import re
import sys
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
MOST_PIECES = 200_000
WORD = re.compile(r"\w+")
# Scripts without blanks: each character is a word.
UNSPACED = re.compile(r"([\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")

# A hash is cut in two: the leading bits choose its place in a MinHash, the next are its value.
PLACE_BITS, VALUE_BITS = np.uint64(57), np.uint64(25)
NUMBER, LOWER = 1 << 32, np.uint64(0xFFFFFFFF)
MARKS = ".,;:!?()[]\"'-"  # that stand around words and are no part of any
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


class _Hashes(dict[str, bytes]):
    """The hashes of the words of what stands between two blanks, worked out once.

    No word has a blank in it, and most pieces were met before: so a text costs little more than
    to be split and joined. A hash has eight bytes, of which the upper ones mark a number.
    """

    def __missing__(self, piece: str) -> bytes:
        folded = piece.casefold()
        plain = folded.strip(MARKS)
        if plain.isascii() and plain.isalnum():
            found = _hash(plain)
        else:
            parted = folded if folded.isascii() else UNSPACED.sub(r"\1 ", folded)
            found = b"".join(map(_hash, WORD.findall(parted)))
        self[piece] = found
        return found

    def of(self, pieces: Sequence[str]) -> Any:
        """The hashes of all their words, in their order."""
        found = np.frombuffer(b"".join(map(self.__getitem__, pieces)), dtype=np.uint64)
        if len(self) > MOST_PIECES:
            # To meet them again is quicker than to choose.
            self.clear()
        return found


def _hash(word: str) -> bytes:
    found = zlib.crc32(word.encode())
    return (found if word.isalpha() else found | NUMBER).to_bytes(8, sys.byteorder)


HASHES = _Hashes()


def print_of(text: str) -> Print:
    pieces = text.split()
    found = HASHES.of(pieces if len(text) <= CHARACTERS else text[:CHARACTERS].split())
    words = found & LOWER
    numbers = np.unique(words[found > LOWER]).astype(np.uint32)
    return Print(
        text_sha256=sha256(" ".join(pieces).encode()).hexdigest(),
        shingles=_minhash(_runs(words)).tobytes().hex(),
        numbers=numbers[:MOST_NUMBERS].tobytes().hex(),
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
