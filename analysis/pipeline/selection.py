"""Which of the best passages are taken: none twice, the newest version first, pages mixed."""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.pipeline.duplicates import Print, alike, repeats

PAGE_AGAIN = 0.8


class Candidate(NamedTuple):
    """A passage with its score.

    `page` tells its page from all others, and is None in a source of one page; `age` sorts the
    newest version first; `newer` are the sources that supersede its own.
    """

    number: int
    score: float
    source: int
    page: tuple[int, int] | None
    age: tuple[int, int]
    newer: frozenset[int]
    print: Print


def selected(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """The best candidates, best first, each with the score of the place that it was given."""
    left = list(candidates)
    taken: list[Candidate] = []
    while left and len(taken) < limit:
        found = _newest(max(left, key=lambda one: one.score), left)
        taken.append(found)
        left = [_damped(one, found) for one in left if not _said(one, found)]
    return taken


def _newest(best: Candidate, left: Sequence[Candidate]) -> Candidate:
    """What takes the place of the best: its newest repetition, or that passage's revision."""
    same = [one for one in left if repeats(one.print, best.print)]
    chosen = min([best, *same], key=lambda one: one.age)
    revised = [one for one in left if one.source in chosen.newer and alike(one.print, chosen.print)]
    return min([chosen, *revised], key=lambda one: one.age)._replace(score=best.score)


def _said(one: Candidate, found: Candidate) -> bool:
    return one.number == found.number or repeats(one.print, found.print)


def _damped(one: Candidate, found: Candidate) -> Candidate:
    """A page that was already taken from counts less, so that others are seen as well."""
    if one.page is None or one.page != found.page:
        return one
    return one._replace(score=one.score * PAGE_AGAIN)
