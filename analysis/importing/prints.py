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
# The error of an estimate is about 0.035 at SAME.
PERMUTATIONS = 128
RUN = 3
# Enough to know a text by; the rest of a very long one adds nothing but time.
CHARACTERS = 200_000
MOST_NUMBERS = 5000
# Scripts without blanks: each character is a word.
WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")
DIGIT = re.compile(r"\d")

_random = np.random.default_rng(20_231_107)
FACTORS = _random.integers(1, 2**63, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
SHIFTS = _random.integers(0, 2**63, PERMUTATIONS, dtype=np.uint64)
MULTIPLIERS = _random.integers(1, 2**63, RUN, dtype=np.uint64) | np.uint64(1)


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
    words = WORD.findall(text[:CHARACTERS].casefold())
    hashes = np.array([zlib.crc32(word.encode()) for word in words], dtype=np.uint64)
    numbers = {zlib.crc32(word.encode()) for word in words if DIGIT.search(word)}
    ordered = np.array(sorted(numbers)[:MOST_NUMBERS], dtype=np.uint32)
    return Print(
        text_sha256=sha256(" ".join(text.split()).encode()).hexdigest(),
        shingles=_minhash(_runs(hashes)).tobytes().hex(),
        numbers=ordered.tobytes().hex(),
    )


def _runs(words: Any) -> Any:
    """A hash of every run of words; of a text that is shorter than a run, of all of it."""
    if len(words) < RUN:
        words = np.pad(words, (0, RUN - len(words)))
    count = len(words) - RUN + 1
    return np.unique(sum(words[at : at + count] * MULTIPLIERS[at] for at in range(RUN)))


def _minhash(runs: Any) -> Any:
    """The least of each permutation; done by one at a time, it would take ten times as long."""
    mixed = runs ^ (runs >> np.uint64(29))
    permuted = mixed[None, :] * FACTORS[:, None] + SHIFTS[:, None]
    return (permuted >> np.uint64(32)).min(axis=1).astype(np.uint32)


def numbers_agree(one: Any, other: Any) -> bool:
    """Whether the numbers of one text all stand in the other."""
    small, large = sorted((one, other), key=len)
    return bool(np.isin(small, large, assume_unique=True).all())


def prints_of(texts: Sequence[str]) -> list[Print]:
    """The prints of texts that are stored already; for a child process."""
    return [print_of(text) for text in texts]
