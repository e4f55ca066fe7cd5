"""Words that mean the same to a reader but not to a ranking, and words that mean nothing to it."""

import re
from collections.abc import Iterable

from analysis.pipeline.tokens import UNSPACED, pairs

# What reports call one thing by several names: a question for one is a question for the others.
RELATED = (
    ("revenue", "net sales", "turnover", "sales"),
    ("profit", "operating income", "net income", "earnings"),
    ("expenses", "costs", "expenditure"),
    ("cash flow", "operating activities", "liquidity"),
    ("debt", "borrowings", "notes", "leverage"),
    ("dividends", "repurchases", "buyback", "capital return"),
    ("outlook", "guidance", "expects", "forecast", "anticipates"),
    ("risk", "uncertainty", "adversely", "exposure", "threat"),
    ("competitors", "competition", "rivals", "market share"),
    ("regulation", "law", "legislation", "compliance", "regulatory"),
    ("customers", "clients", "buyers", "consumers", "demand"),
    ("growth", "increase", "trend"),
    ("limitations", "gaps", "further research", "unclear"),
    ("recommendations", "recommend", "should", "advise", "propose"),
    ("employees", "headcount", "workforce", "staff"),
    ("suppliers", "supply chain", "sourcing", "vendors"),
)

# What a topic is made of when the words that name its subject are taken away.
_GENERIC = """
a about after all an analyse analysis analyze and annual are as assess assessment at
between business by can case companies company comparative compare comparison competitive
competitor current data deep describe did do does documents during effect effects entry
evaluate explain fiscal financial for from full future global growth half has have how
identify impact in industry into is it its key last latest literature main market markets
monthly my new next of on or our outlook over overview performance period please prepare
prospects quarter quarterly recent report reported reports research results review risk risks
sector should status strategic strategies strategy study summarize summary than that the their
these this through to topic trend trends update using versus vs was were what when where which
who why will with write year years"""
GENERIC = frozenset(_GENERIC.split())
FORM = re.compile(
    r"(?:state|write|use|keep|cite|quote|avoid|do not|don't|begin|start|end|format|limit"
    r"|present|put|order|sort|be|stay)\b",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"^(?:(?:look|search|check) for|describe|explain|summari[sz]e|list|identify|name|give|show|find"
    r"|discuss|outline|cover|include|mention|report|analy[sz]e|assess|compare|say|note)\s+",
    re.IGNORECASE,
)
PERIOD = re.compile(r"(?:[QH][1-4]|FY)?\d*", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.;?!])\s+|\n+")


def related(text: str) -> list[str]:
    """The other names of what a text speaks of, in a fixed order, none that it has already."""
    folded = f" {' '.join(re.findall(r'[a-z]+', text.casefold()))} "
    found: dict[str, None] = {}
    for group in RELATED:
        if any(f" {name} " in folded for name in group):
            found.update({name: None for name in group if f" {name} " not in folded})
    return list(found)


def questions(guidance: str) -> list[str]:
    """What a section's guidance asks for, sentence by sentence; how to write it is left out."""
    sentences = [" ".join(part.split()) for part in SENTENCE.split(guidance)]
    return [LEAD.sub("", part) for part in sentences if part and not FORM.match(part)]


def names(topic: str) -> list[str]:
    """The words of a topic that name its subject: capitalised ones, and words with digits."""
    words = _distinct(topic)
    return [word for word in words if word[0].isupper() or any(map(str.isdigit, word))]


def subject_words(topic: str) -> list[str]:
    """The words of a topic that say what it is about, its names among them."""
    return _distinct(topic)


def _distinct(topic: str) -> list[str]:
    words = (re.sub(r"['\u2019]s$", "", word) for word in re.findall(r"[\w&'\u2019.-]*\w", topic))
    parts = (part for word in words for part in _parts(word))
    return list(dict.fromkeys(part for part in parts if _names_something(part)))


def _parts(word: str) -> list[str]:
    """A word, or the pairs of characters of a script that has no blanks between its words."""
    runs = UNSPACED.findall(word)
    return [pair for run in runs for pair in pairs(run)] if runs else [word]


def _names_something(word: str) -> bool:
    return len(word) > 1 and word.casefold() not in GENERIC and not PERIOD.fullmatch(word)


def mentions(text: str, words: Iterable[str], least: int = 1) -> list[str]:
    """Which of the words stand so often in a casefolded text; endings may differ."""
    return [word for word in words if _stands(word.casefold(), text, least)]


def _stands(word: str, text: str, least: int) -> bool:
    """Whether enough words begin with the stem; a short word must stand as it is."""
    stem = word if len(word) < 6 else word[: max(5, len(word) - 3)]
    at, seen = text.find(stem), 0
    while at >= 0 and seen < least:
        after = text[at + len(stem) : at + len(stem) + 1]
        begins = at == 0 or not _is_latin(text[at - 1])
        seen += begins and not (len(word) < 5 and _is_latin(after))
        at = text.find(stem, at + 1)
    return seen >= least


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
