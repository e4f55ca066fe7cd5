"""Which of the best passages are taken: none twice, the newest version first, pages mixed."""

from collections import Counter
from collections.abc import Sequence
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

from analysis.pipeline.duplicates import Print, alike, repeats

# A page gives way once it was heard, a source once it was heard so often: to what is that near.
# Where many sources are wanted, a source gives way so far each further time.
PAGE_AGAIN, SOURCE_AGAIN, HEARD = 0.8, 0.9, 2
AS_GOOD = 0.75  # so near to a better one, what is newer may tell its present state


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


def selected(
    candidates: Sequence[Candidate], limit: int, *, present: bool = False, widely: bool = False
) -> list[Candidate]:
    """The best candidates, best first, each with the score of the place that it was given.

    `present` asks for the present state: of two that speak of the same thing the later leads.
    `widely` asks for what many sources say: the more one was heard, the less it counts.
    """
    left = _Left(candidates, present, widely)
    taken: list[Candidate] = []
    while len(taken) < limit and (best := left.best()):
        found = left.newest(best)
        left.take(found)
        taken.append(found._replace(score=best.score))
    return taken


class _Left:
    """The candidates that are neither taken nor said by one that is."""

    def __init__(self, candidates: Sequence[Candidate], present: bool, widely: bool) -> None:
        self.candidates, self.present, self.widely = candidates, present, widely
        self.waiting = [(-one.score, at) for at, one in enumerate(candidates)]
        self.by_numbers: dict[frozenset[int], list[Candidate]] = {}
        self.taken_of: Counter[tuple[int, int] | int | None] = Counter()
        self.gone: set[int] = set()
        heapify(self.waiting)
        for one in candidates:
            self.by_numbers.setdefault(one.print.numbers, []).append(one)

    def best(self) -> Candidate | None:
        """The best one left, with the score that its page and its source leave it."""
        while self.waiting:
            score, at = self.waiting[0]
            one = self.candidates[at]
            damped = -one.score * self._room(one)
            if one.number in self.gone:
                heappop(self.waiting)
            elif damped > score:
                heapreplace(self.waiting, (damped, at))
            else:
                return one._replace(score=-score)
        return None

    def newest(self, best: Candidate) -> Candidate:
        """What takes the place of the best: its newest repetition, or that one's revision."""
        chosen = min([best, *self._repetitions(best)], key=lambda one: one.age)
        if not (self.present or chosen.newer):
            return chosen
        revised = [one for one in self.candidates if self._revises(one, chosen)]
        return min([chosen, *revised], key=lambda one: one.age)

    def take(self, found: Candidate) -> None:
        """Nothing that says the same is left; its page and its source count less."""
        self.gone |= {found.number, *(one.number for one in self._repetitions(found))}
        if found.page:
            self.taken_of[found.page] += 1
        if found.page or self.widely:
            self.taken_of[found.source] += 1

    def _room(self, one: Candidate) -> float:
        """What is left of its score when its page and its source were heard, so that others are.

        Unless many are wanted, a source of one page may answer as often as it can, and it does
        not count how often one was heard: of a question about one report all answers are in it.
        """
        again = max(0, self.taken_of[one.source] - HEARD)
        page = PAGE_AGAIN if self.taken_of[one.page] else 1.0
        return page * SOURCE_AGAIN ** (again if self.widely else min(1, again))

    def _repetitions(self, of: Candidate) -> list[Candidate]:
        """Those that repeat it; only the same numbers can."""
        near = self.by_numbers[of.print.numbers]
        return [one for one in near if one.number not in self.gone and repeats(one.print, of.print)]

    def _revises(self, one: Candidate, other: Candidate) -> bool:
        newer = one.source in other.newer or (self.present and _is_later(one, other))
        return newer and one.number not in self.gone and alike(one.print, other.print)


def _is_later(one: Candidate, other: Candidate) -> bool:
    """Whether it is dated later, where both are dated, and answers nearly as well."""
    return (
        one.age < other.age
        and one.age[1] < other.age[1] < 0
        and (one.score >= AS_GOOD * other.score)
    )
