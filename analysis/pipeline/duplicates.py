"""When two passages say the same: the same words, and the same numbers."""

from collections.abc import Collection

SAME = 0.8


def numbers(terms: Collection[str]) -> frozenset[str]:
    return frozenset(term for term in terms if term[:1].isdigit())


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of terms repeat each other; another number is another statement."""
    if not one or not other or min(len(one), len(other)) / max(len(one), len(other)) < SAME:
        return False
    shared = len(one & other)
    if shared / (len(one) + len(other) - shared) < SAME:
        return False
    return numbers(one) == numbers(other)
