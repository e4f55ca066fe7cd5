"""Which sources a topic is about: the documents may be those of somebody else."""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.pipeline import wording
from analysis.pipeline.subjects import company
from analysis.types import Brief, Page, SourceRef

CONTEXT_WEIGHT = 0.7
OLDER_WEIGHT = 0.5
NEWEST_BONUS = 0.35


class Standing(NamedTuple):
    """How much the passages of a source count; 0 leaves them out, and `reason` says why."""

    weight: float
    reason: str = ""


class Reading(NamedTuple):
    """A source as it is judged: its folded text, and the company that it is a document of."""

    source: SourceRef
    text: str
    company: str


def reading(source: SourceRef, pages: Sequence[Page]) -> Reading:
    text = "\n".join(page.text for page in pages)
    everything = "\n".join([source.name, source.title, source.description, text])
    head = "\n".join(page.text for page in pages[:2])
    return Reading(source, everything.casefold(), company(f"{source.title}\n{head}"))


def standings(brief: Brief, readings: Sequence[Reading]) -> dict[str, Standing]:
    """The standing of every source by its key.

    A source that names nothing of the topic is context, or is left out if it is a document of
    another company. When no source names anything of the topic, none is used.
    """
    words = wording.subject_words(topic_of(brief))
    named = {one.source.key: is_named(brief, one.text) for one in readings}
    if not any(named.values()):
        reason = f"it mentions nothing of the topic ({', '.join(words[:6])})"
        return {one.source.key: Standing(0.0, reason) for one in readings}
    companies = {one.company for one in readings if named[one.source.key]}
    bonuses = recency([one.source for one in readings])
    return {
        one.source.key: (
            Standing(0.0, f"it is about {one.company} and does not mention the topic")
            if not named[one.source.key] and one.company and one.company not in companies
            else Standing(_weight(one.source, named[one.source.key], bonuses[one.source.key]))
        )
        for one in readings
    }


def _weight(source: SourceRef, is_named: bool, bonus: float) -> float:
    weight = (1.0 if is_named else CONTEXT_WEIGHT) * (1 + bonus)
    return weight * OLDER_WEIGHT if source.superseded_by else weight


def topic_of(brief: Brief) -> str:
    """The topic with the company that was asked for beside it."""
    return f"{brief.topic} {brief.options.get('company') or ''}"


def is_named(brief: Brief, text: str) -> bool:
    """Whether a text mentions a name of the topic, or half of the words that tell its subject."""
    topic = topic_of(brief)
    words = wording.subject_words(topic)
    if not words or wording.mentions(text, wording.names(topic)):
        return True
    return len(wording.mentions(text, words)) * 2 >= len(words)


def recency(sources: Sequence[SourceRef]) -> dict[str, float]:
    """A small bonus that grows with the date that a source speaks of."""
    dates = sorted({source.as_of for source in sources if source.as_of})
    steps = max(1, len(dates) - 1)
    return {
        source.key: NEWEST_BONUS * dates.index(source.as_of) / steps if source.as_of else 0.0
        for source in sources
    }
