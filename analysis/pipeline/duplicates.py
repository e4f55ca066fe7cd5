"""When two passages say the same: the same words and, to be a repetition, the same numbers."""

from collections.abc import Iterable
from typing import NamedTuple

SAME, ALIKE = 0.9, 0.6


class Print(NamedTuple):
    """The distinct terms of a passage, words and numbers apart."""

    words: frozenset[int]
    numbers: frozenset[int]


def overlap(one: frozenset[int], other: frozenset[int], least: float) -> bool:
    """Whether the shared part is at least this share of all terms of both."""
    small, large = sorted((len(one), len(other)))
    if not small or small < least * large:
        return False
    shared = len(one & other)
    return shared >= least * (small + large - shared)


def repeats(one: Print, other: Print) -> bool:
    """Whether two passages repeat each other; another number is another statement."""
    return one.numbers == other.numbers and overlap(one.words, other.words, SAME)


def alike(one: Print, other: Print) -> bool:
    """Whether two passages speak of the same thing, whatever their numbers are."""
    return overlap(one.words, other.words, ALIKE)


def printed(terms: Iterable[int], numbers: frozenset[int] | set[int]) -> Print:
    distinct = frozenset(terms)
    return Print(distinct - numbers, distinct & numbers)
