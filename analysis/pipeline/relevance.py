"""Which sources a topic is about: the documents may be those of somebody else."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.pipeline import policy, wording
from analysis.pipeline.subjects import company
from analysis.types import Brief, Page, SourceRef
from analysis.web_types import Kind

CONTEXT_WEIGHT = 0.4
OLDER_VERSION, OLDER_REPORT = 0.5, 0.6
NEWEST_BONUS = 0.15
QUALITY = {
    Kind.OFFICIAL: 1.0,
    Kind.DATA: 1.0,
    Kind.SCHOLARLY: 1.0,
    Kind.REFERENCE: 0.9,
    Kind.NEWS: 0.85,
    Kind.WEB: 0.75,
}
# What kinds count where the template says their order: the first, and those that it does not name.
FIRST_KIND, OTHER_KINDS = 1.0, 0.7
RETRACTED, OUT_OF_TIME = 0.2, 0.6
# A long text mentions much in passing: it tells of a word that stands in it once each so many
# characters, and of a topic if it tells of a name, or of so many of the other words.
MENTION_EVERY, SHARE_OF_WORDS, MOST_WORDS = 50_000, 0.6, 4


class Standing(NamedTuple):
    """How much the passages of a source count; 0 leaves them out, and `reason` says why.

    `because` says in a few words each what makes it count less or more than 1.
    """

    weight: float
    reason: str = ""
    because: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A source as it is judged: which words of the topic it mentions, and which it tells of.

    `company` is whose document it is, "" if it is nobody's.
    """

    source: SourceRef
    mentions: frozenset[str]
    tells: frozenset[str]
    company: str


def reading(brief: Brief, source: SourceRef, pages: Sequence[Page]) -> Reading:
    text = "\n".join(page.text for page in pages)
    folded = text.casefold()
    words = wording.subject_words(topic_of(brief))
    named = wording.mentions(f"{source.name} {source.title} {source.description}".casefold(), words)
    often = wording.mentions(folded, words, 1 + len(text) // MENTION_EVERY)
    return Reading(
        source=source,
        mentions=frozenset((*named, *wording.mentions(folded, words))),
        tells=frozenset((*named, *often)),
        company=company(source.title, text),
    )


def standings(brief: Brief, readings: Sequence[Reading]) -> dict[str, Standing]:
    """The standing of every source by its key.

    A source that does not tell of the topic is context, or is left out if it is a document of
    another company. Where none tells of it, a mention will do; where there is none, none is used.
    """
    told = {one.source.key for one in readings if is_enough(brief, one.tells)}
    told = told or {one.source.key for one in readings if is_enough(brief, one.mentions)}
    if not told:
        words = ", ".join(wording.subject_words(topic_of(brief))[:6])
        reason = f"it mentions nothing of the topic ({words})"
        return {one.source.key: Standing(0.0, reason) for one in readings}
    companies = {one.company for one in readings if one.source.key in told}
    return {
        one.source.key: (
            Standing(0.0, f"it is about {one.company} and does not mention the topic")
            if one.source.key not in told and one.company and one.company not in companies
            else _weighed(brief, one, readings, is_told=one.source.key in told)
        )
        for one in readings
    }


def _weighed(brief: Brief, one: Reading, readings: Sequence[Reading], *, is_told: bool) -> Standing:
    """What tells of the topic counts fully; the newest version, and the newest report, lead."""
    factors = [
        (1.0 if is_told else CONTEXT_WEIGHT, "it is context: it tells little of the topic"),
        *_quality(brief, one.source),
        *_age(brief, one, readings),
    ]
    counted = [(factor, why) for factor, why in factors if factor != 1.0]
    because = tuple(f"{why} (x {factor:.2f})" for factor, why in counted)
    return Standing(math.prod(factor for factor, _ in counted), "", because)


def _quality(brief: Brief, source: SourceRef) -> Iterator[tuple[float, str]]:
    """What the kind of a page of the web promises; an attached document was chosen by somebody."""
    order = brief.template.sources.order
    if source.kind and order:
        counts = policy.worth(source.kind, order, FIRST_KIND, OTHER_KINDS)
        yield counts, f"the template's order of sources: {source.kind}"
    elif source.kind:
        yield QUALITY[source.kind], f"its kind: {source.kind}"
    if source.is_retracted:
        yield RETRACTED, "it was retracted"


def _age(brief: Brief, one: Reading, readings: Sequence[Reading]) -> Iterator[tuple[float, str]]:
    if one.source.superseded_by:
        yield OLDER_VERSION, "there is a newer version of it"
    elif _is_older_report(one, readings):
        yield OLDER_REPORT, "there is a later report of the same company"
    first, day = policy.since(brief), one.source.published_on or one.source.as_of
    if first and day and day < first:
        yield OUT_OF_TIME, f"the template wants sources from {first} on, it is of {day}"
    bonus = recency([each.source for each in readings])[one.source.key]
    yield 1 + bonus, "how new it is among the sources"


def _is_older_report(one: Reading, readings: Sequence[Reading]) -> bool:
    """Whether the same company has told of a later time."""
    own = one.source.as_of
    return own is not None and any(
        other.source.as_of is not None and other.source.as_of > own
        for other in readings
        if other.company and other.company == one.company
    )


def topic_of(brief: Brief) -> str:
    """The topic with the company that was asked for beside it."""
    return f"{brief.topic} {brief.options.get('company') or ''}"


def is_enough(brief: Brief, known: frozenset[str]) -> bool:
    """Whether a name of the topic is known, or most of the words that say its subject."""
    topic = topic_of(brief)
    words = wording.subject_words(topic)
    if not words or known.intersection(wording.names(topic)):
        return True
    return len(known) >= min(MOST_WORDS, math.ceil(SHARE_OF_WORDS * len(words)))


def unmentioned(brief: Brief, readings: Sequence[Reading]) -> tuple[str, ...]:
    """The names of the topic that no source mentions."""
    known = frozenset[str]().union(*(one.mentions for one in readings))
    return tuple(name for name in wording.names(topic_of(brief)) if name not in known)


def recency(sources: Sequence[SourceRef]) -> dict[str, float]:
    """A small bonus that grows with the date that a source speaks of."""
    dates = sorted({source.as_of for source in sources if source.as_of})
    steps = max(1, len(dates) - 1)
    return {
        source.key: NEWEST_BONUS * dates.index(source.as_of) / steps if source.as_of else 0.0
        for source in sources
    }
