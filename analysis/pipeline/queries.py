"""What providers are asked: words of the topic and of the questions, never of a document."""

import re
from collections.abc import Container, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from analysis.pipeline import policy, wording
from analysis.pipeline.relevance import topic_of
from analysis.pipeline.tokens import UNSPACED
from analysis.types import Brief, Question
from analysis.web_types import Search
from templates_app.types import OptionValue

SUBJECT_WORDS, OWN_WORDS, LONGEST = 5, 6, 200
# So many queries for each question that a section may have.
QUERIES = 4
FOCUS_WORDS = 2
# The options that say from when and until when a source may be.
SINCE, UNTIL = ("published_from", "from_year"), ("published_until", "until_year")
# The languages that a script alone gives away.
SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)


class Asked(NamedTuple):
    """A query, and the words of it that say what of the topic is asked."""

    query: str
    focus: Sequence[str]


def first(brief: Brief, questions: Sequence[Question], most: int) -> list[Search]:
    """The topic itself, then the questions: the first of every section before the second of any."""
    topic = _topic(brief)[:LONGEST]
    asked = [Asked(topic, [])]
    for own in (own_words(brief, one) for one in by_turns(questions)):
        asked.append(Asked(" ".join([topic, *own[:OWN_WORDS]]), own))
    return _searches(brief, asked, most)


def further(
    brief: Brief, weak: Sequence[Question], searched: Container[str], most: int
) -> list[Search]:
    """Questions with too little evidence, each in words that it was not searched with before."""
    forms = (_forms(brief, one) for one in weak)
    fresh = (next((one for one in form if one.query not in searched), None) for form in forms)
    return _searches(brief, [one for one in fresh if one], most)


def _forms(brief: Brief, question: Question) -> Iterator[Asked]:
    """With other names of what is asked; without what the topic says beside its names."""
    topic, own = _topic(brief), own_words(brief, question)
    others = [word for name in wording.related(" ".join(own)) for word in name.split()]
    words = [topic[:LONGEST], *own[-OWN_WORDS:], *others[:OWN_WORDS]]
    yield Asked(" ".join(words), others or own[1:])
    yield Asked(" ".join([subject(topic), *own[: 2 * OWN_WORDS]]), own[2:])


def own_words(brief: Brief, question: Question) -> list[str]:
    """The words of a question that are not those of the topic, in their order."""
    topic = {word.casefold() for word in wording.subject_words(topic_of(brief))}
    words = wording.subject_words(question.text)
    return [word for word in words if word.casefold() not in topic]


def by_turns(questions: Sequence[Question]) -> Iterator[Question]:
    sections: dict[str, list[Question]] = {}
    for one in questions:
        sections.setdefault(one.section, []).append(one)
    for turn in range(max(map(len, sections.values()), default=0)):
        yield from (mine[turn] for mine in sections.values() if turn < len(mine))


class Window(NamedTuple):
    """The days from and until which a source may have been published; None is open."""

    since: date | None = None
    until: date | None = None

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it; one that nobody knows may."""
        return day is None or (self.since or day) <= day <= (self.until or day)


def window(brief: Brief) -> Window:
    """The time that the options ask for, as dates or as years, else that of the template."""
    since = (_day(brief.options.get(key), 1, 1) for key in SINCE)
    until = (_day(brief.options.get(key), 12, 31) for key in UNTIL)
    asked = Window(next(filter(None, since), None), next(filter(None, until), None))
    return asked if any(asked) else Window(policy.since(brief))


def _day(value: OptionValue, month: int, number: int) -> date | None:
    """An ISO date, or the first or last day of a year."""
    try:
        is_year = str(value).isdigit()
        return date(int(str(value)), month, number) if is_year else date.fromisoformat(str(value))
    except (ValueError, OverflowError):
        return None


def _topic(brief: Brief) -> str:
    return " ".join(topic_of(brief).split())


def _searches(brief: Brief, asked: Sequence[Asked], most: int) -> list[Search]:
    about, tongue, asked_for = subject(_topic(brief)), language(_topic(brief)), window(brief)
    distinct = {one.query: one for one in reversed(asked)}
    return [
        Search(
            query=one.query,
            subject=about,
            focus=" ".join(one.focus[:FOCUS_WORDS]),
            language=tongue,
            since=asked_for.since,
            until=asked_for.until,
        )
        for one in list(reversed(distinct.values()))[:most]
    ]


def subject(topic: str) -> str:
    """The few words that a text on the topic surely has: its names, else its first nouns."""
    if UNSPACED.search(topic):
        return topic[:LONGEST]
    words = wording.names(topic) or wording.subject_words(topic)
    return " ".join(words[:SUBJECT_WORDS]) or topic[:LONGEST]


def language(text: str) -> str:
    return next((code for code, letters in SCRIPTS if letters.search(text)), "en")
