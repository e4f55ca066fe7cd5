"""Finding: providers asked side by side, their results fused into one list, best first.

One provider that fails fails no other: it is an outcome, shown and counted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from rapidfuzz import fuzz

from analysis.pipeline.parallel import gathered
from analysis.pipeline.policy import worth
from analysis.sources.providers.hosts import host_of
from analysis.sources.providers.types import Provider, ProviderFailed
from analysis.sources.works import Work, merged, sorted_out
from analysis.web_types import Discovery, Found, Kind, ProviderOutcome, Search

AT_ONCE = 8
# Reciprocal rank fusion: what a place in one list counts (Cormack, Clarke and Buettcher 2009).
SMOOTHING = 60
# The quality that a kind of publication promises; "data" has the figures themselves.
WEIGHTS = {
    Kind.OFFICIAL: 1.3,
    Kind.DATA: 1.2,
    Kind.SCHOLARLY: 1.15,
    Kind.REFERENCE: 1.0,
    Kind.NEWS: 0.9,
    Kind.WEB: 0.8,
}
# The same where a template says the order of kinds: the first, and those that it does not name.
FIRST_KIND, OTHER_KINDS = 1.3, 0.8
NAMED, RETRACTED, NEWEST_BONUS, SAME_HOUSE = 1000.0, 0.3, 0.15, 0.8
ALIKE = 93
MOST = 120
# What is slow by its own rules, or answers by the topic alone, is asked so many questions.
FEWER = {"gdelt": 3, "arxiv": 4, "edgar_facts": 1}
# After these the next question to the same provider may well be answered.
PASSING = frozenset({"bad_query", "malformed"})
# Hosts that serve everybody's works: the publisher tells whose they are.
SHARED = frozenset({"doi.org", "pubmed.ncbi.nlm.nih.gov", "arxiv.org", "openalex.org"})
Asking = Callable[[Provider, Search], Awaitable[Sequence[Found]]]


class Answers(NamedTuple):
    """What one provider found for each question, and what became of it."""

    lists: Sequence[Sequence[Found]]
    outcome: ProviderOutcome


class Standing(NamedTuple):
    """An entry with whose it is and how good it is."""

    found: Found
    house: str
    score: float


async def find(
    providers: Sequence[Provider],
    searches: Sequence[Search],
    ask: Asking,
    *,
    named: Sequence[Found] = (),
    order: Sequence[str] = (),
) -> Discovery:
    """What the providers find for all questions: one entry a work, best first after the named.

    `order` are kinds, the best first, where a template says so.
    """
    jobs = [partial(_asked, provider, searches, ask) for provider in providers]
    answers = await gathered(jobs, AT_ONCE)
    lists = [named, *(found for answer in answers for found in answer.lists)]
    # Beside the loop: with all providers on it takes some 50 ms.
    found = await asyncio.to_thread(fused, lists, searches, order)
    return Discovery(found=found, outcomes=tuple(answer.outcome for answer in answers))


async def _asked(provider: Provider, searches: Sequence[Search], ask: Asking) -> Answers:
    """One question after the other; none after a failure that the next would meet too."""
    lists: list[Sequence[Found]] = []
    asked = answered = 0
    code = detail = ""
    for search in searches[: FEWER.get(provider.name)]:
        asked += 1
        try:
            found = await ask(provider, search)
            answered += 1
            # Some answer by the subject alone; the same list again is no further vote.
            lists += [found] if found not in lists else []
        except ProviderFailed as failed:
            code, detail = failed.code, failed.detail
            if code not in PASSING:
                break
    outcome = ProviderOutcome(
        provider=provider.name,
        label=provider.label,
        asked=asked,
        answered=answered,
        results=sum(map(len, lists)),
        code=code,
        detail=detail,
    )
    return Answers(lists, outcome)


def fused(
    lists: Sequence[Sequence[Found]],
    searches: Sequence[Search] = (),
    order: Sequence[str] = (),
) -> tuple[Found, ...]:
    """Lists of results as one: by rank, kind, date, and no house over all others."""
    weighed = [(found, 1 / (SMOOTHING + found.rank)) for one in lists for found in one]
    works = sorted_out(pair for pair in weighed if is_within(pair[0], searches))
    entries = {merged(work.results): work for work in works}
    bonus = _recency([one for one in entries])
    weights = {kind: worth(kind, order, FIRST_KIND, OTHER_KINDS) for kind in Kind if order}
    weights = weights or WEIGHTS
    scores = {one: _score(one, work, bonus, weights) for one, work in entries.items()}
    chosen = _spread(scores)
    return tuple(one.model_copy(update={"rank": rank}) for rank, one in enumerate(chosen, 1))


def is_within(found: Found, searches: Sequence[Search]) -> bool:
    """Whether it may be from the time that was asked for; without a date nobody knows."""
    day = found.published_on
    if day is None or not searches:
        return True
    return any((one.since or day) <= day <= (one.until or day) for one in searches)


def _score(
    found: Found, work: Work, bonus: Mapping[Found, float], weights: Mapping[Kind, float]
) -> float:
    if any(one.provider == "url_list" for one in work.results):
        return NAMED - min(one.rank for one in work.results if one.provider == "url_list")
    kind = max(weights[one.kind] for one in work.results)
    doubt = RETRACTED if found.is_retracted else 1.0
    return work.score * kind * doubt * (1 + bonus[found])


def _recency(entries: Sequence[Found]) -> dict[Found, float]:
    """A small bonus that grows with the date of publication."""
    days = sorted({one.published_on for one in entries if one.published_on})
    places = {day: place / max(1, len(days) - 1) for place, day in enumerate(days)}
    return {
        one: NEWEST_BONUS * places[one.published_on] if one.published_on else 0.0 for one in entries
    }


def _spread(scores: Mapping[Found, float]) -> Iterator[Found]:
    """Best first, where each further work of a house counts less; none told twice."""
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0].url))[:MOST]
    left = [Standing(one, house(one), score) for one, score in ordered]
    seen: dict[str, int] = {}
    kept: list[str] = []
    while left:
        best = max(left, key=lambda one: one.score * SAME_HOUSE ** seen.get(one.house, 0))
        left.remove(best)
        if _is_told(best.found, kept):
            continue
        seen[best.house] = seen.get(best.house, 0) + 1
        kept.append(best.found.title.casefold())
        yield best.found


def _is_told(found: Found, titles: Sequence[str]) -> bool:
    """Whether an entry before it has nearly the same title: a copy on another site."""
    if found.kind in (Kind.OFFICIAL, Kind.DATA) or len(found.title.split()) < 4:
        return False
    title = found.title.casefold()
    return any(fuzz.token_sort_ratio(title, one, score_cutoff=ALIKE) for one in titles)


def house(found: Found) -> str:
    host = host_of(found.url)
    return found.publisher.casefold() or found.url if host in SHARED else host
