"""Whom or what a document is about, as its title and its first pages name it."""

import re
from collections.abc import Sequence

from analysis.pipeline import periods, wording

_FORM = (
    r"(?:Inc(?:orporated)?|INC|Corp(?:oration)?|CORPORATION|CORP|plc|PLC|Ltd|LTD|Limited|LIMITED"
    r"|GmbH|AG|SE|S\.A\.|N\.V\.|Holdings|HOLDINGS|Co-operative)"
)
_WORD = r"[A-Z][\w&'\u2019-]*(?:\.\w+)*"
COMPANY = re.compile(rf"\b(?P<name>{_WORD}(?:[ ](?:&|of|and|{_WORD})){{0,4}}?),?[ ]{_FORM}\b")
NO_COMPANY = re.compile(
    r"\b(?:exchange|commission|stock market|nasdaq|securities)\b", re.IGNORECASE
)
VERSION = re.compile(
    r"\b(?:v(?:ersion|er)?[ ._-]?\d+(?:\.\d+)*|rev(?:ision|ised)?\.?[ ._-]?\d*|draft|final"
    r"|preliminary|provisional|advance|first|second|third|fourth|estimate|updated?|amend(?:ed|ment)"
    r"|restated|corrected|edition|copy|old|new|latest|previous)\b|\(\d+\)",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
LOOSE_DATE = re.compile(
    r"\b(?:19|20)\d{2}(?:[-_. ]?\d{2}){0,2}\b|\bQ[1-4]\b|\bFY ?\d{2,4}\b|\b[HQ]\d\b", re.IGNORECASE
)
HEAD_LENGTH, OFTEN, CHARACTERS_A_PAGE = 1500, 5, 4000


def subject(title: str, name: str, text: str, topic: str) -> str:
    """The company that it is a document of, else a name of the topic, else its own name."""
    return (
        company(title, text)
        or _of_topic(title, name, text[:HEAD_LENGTH], topic)
        or family(title)
        or family(name)
    )


def company(title: str, text: str) -> str:
    """The company that a document names first and again, folded: "Apple Inc." is "apple"."""
    for found in COMPANY.finditer(f"{title}\n{text[:HEAD_LENGTH]}"):
        name = " ".join(found["name"].split())
        if not NO_COMPANY.search(name) and _times(name, text) >= least_times(text):
            return name.casefold()
    return ""


def _times(name: str, text: str) -> int:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return len(re.findall(rf"\b{words}\b", text, re.IGNORECASE))


def least_times(text: str) -> int:
    """How often a text must name a company to be its document: a page twice, a long one more."""
    return min(OFTEN, 2 + len(text) // CHARACTERS_A_PAGE)


def _of_topic(title: str, name: str, head: str, topic: str) -> str:
    names = [word for word in wording.names(topic) if word.isalpha()]
    text = f"{title} {name} {head}".casefold()
    return " ".join(wording.mentions(text, names)).casefold()


def family(name: str) -> str:
    """A name without its dates, periods and marks of a version: equal for all its editions."""
    plain = EXTENSION.sub("", name).replace("_", " ")
    for found in reversed(list(periods.periods(plain))):
        plain = plain[: found.start] + " " + plain[found.end :]
    plain = VERSION.sub(" ", LOOSE_DATE.sub(" ", plain))
    words: Sequence[str] = re.findall(r"[^\W_]+", plain.casefold())
    return " ".join(word for word in words if not word.isdigit())
