"""Whether a question asks for the present state: then an old answer is a wrong one."""

import re

from analysis.pipeline import periods
from analysis.pipeline.ranking import Asks

LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|up[- ]to[- ]date|neueste\w*|jüngste\w*"
    r"|last (?:report\w*|quarter\w*|filing|fiscal|year|month|week|edition|version|update|figures?)"
    r"|derni(?:er|ère)s?|últim[ao]s?|ultim[oaie])\b|最新|أحدث",
    re.I,
)
NOW = re.compile(
    r"\b(?:current(?:ly)?|now|nowadays|today(?:['’]s)?|at present|to date|as of now"  # noqa: RUF001
    r"|aktuell\w*|derzeit\w*|actuellement|actualmente|attualmente|atualmente)\b"
    r"|目前|当前|當前|现在|現在|الحالي|حاليا",
    re.I,
)
ASKING = re.compile(
    r"[?？؟]|\b(?:figures|numbers|statistics)\b"  # noqa: RUF001
    r"|(?:^|[.:;!])\s*(?:(?:in|for|by|to|of|at) )?(?:how|what|which|who(?:se|m)?|when|where|why)\b"
    r"|^\s*(?:is|are|has|have|does|do|did|was|were|can|will)\b",
    re.I | re.M,
)
PRESENT = re.compile(r"\b(?:is|are|am|has|have|does|do|stands?|remains?|'s)\b", re.I)
# What asks for a course of time or for what is over.
COURSE = re.compile(
    r"\b(?:was|were|did|had|been|chang(?:ed|es|ing)|trend\w*|histor\w+|over time|over the|across"
    r"|compar\w+|between|since|evol\w+|quarters|years|months|periods|previous\w*|earlier"
    r"|original\w*|former\w*|first|ago|used to)\b",
    re.I,
)


def asks(question: str) -> Asks:
    """What a question asks for; one that names a time asks for that time."""
    if periods.first(question):
        return Asks.ANYTHING
    asked, now = is_asked(question), NOW.search(question)
    if LATEST.search(question) or (asked and now):
        return Asks.LATEST
    present = asked and PRESENT.search(question) and not COURSE.search(question)
    return Asks.PRESENT if now or present else Asks.ANYTHING


def is_asked(question: str) -> bool:
    """Whether something is asked; a line of words, or a sentence of a text, only names a matter."""
    return bool(ASKING.search(question))
