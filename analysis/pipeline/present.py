"""Whether a question asks for the present state: then an old answer is a wrong one."""

import re

from analysis.pipeline import periods
from analysis.pipeline.ranking import Asks

LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|current(?:ly)?|now|nowadays|today(?:['’]s)?"  # noqa: RUF001
    r"|last (?:report\w*|quarter\w*|filing|fiscal|year|month|week|edition|version|update|figures?)"
    r"|at present|to date|as of now|up[- ]to[- ]date|aktuell\w*|derzeit\w*|neueste\w*|jüngste\w*"
    r"|actuellement|derni(?:er|ère)s?|actualmente|últim[ao]s?|attualmente|ultim[oaie]|atualmente)\b"
    r"|最新|目前|当前|當前|现在|現在|الحالي|حاليا|أحدث",
    re.I,
)
PRESENT = re.compile(r"\b(?:is|are|am|has|have|does|do|stands?|remains?|'s)\b", re.I)
# What asks for a course of time or for what is over.
COURSE = re.compile(
    r"\b(?:was|were|did|had|been|chang\w+|trend\w*|histor\w+|over time|over the|across|compar\w+"
    r"|between|since|evol\w+|quarters|years|months|periods|previous\w*|earlier"
    r"|original\w*|former\w*|first|ago|used to)\b",
    re.I,
)


def asks(question: str) -> Asks:
    """What a question asks for; one that names a time asks for that time."""
    if periods.first(question):
        return Asks.ANYTHING
    if LATEST.search(question):
        return Asks.LATEST
    present = PRESENT.search(question) and not COURSE.search(question)
    return Asks.PRESENT if present else Asks.ANYTHING
