"""Names and periods in a claim: each must stand in its quotes, or in the names of its sources."""

import re
from collections.abc import Iterator

from analysis.pipeline.amounts import amounts

NAME = re.compile(
    r"(?<![\w-])[A-Z][\w&'\u2019.-]*\w(?: (?:of|and|for|the|de|von|&) [A-Z][\w-]+| [A-Z][\w-]+)*"
)
WORD = re.compile(r"\w+(?:[&'\u2019.-]\w+)*")
CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])\w[\w-]*\w")
# Ordinals, decades, quarters and fiscal years are said in many ways.
PLAIN_CODE = re.compile(r"\d+(?:st|nd|rd|th|s|x)|(?:[QH][1-4]|FY)[\w-]*|\d+-[a-z]+")
QUARTER = re.compile(
    r"\b(?:(?P<word>first|second|third|fourth)[ -](?:fiscal )?quarter|Q(?P<number>[1-4]))\b",
    re.IGNORECASE,
)
ORDER = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
MONTH = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_PLAIN = """
the a an in on at for of to and or but as by with from this that these those it its we our he she
they their there one two three four five six seven eight nine ten according i if when while although
"""
PLAIN = frozenset(_PLAIN.split())


def unknown_name(claim: str, said: str, known: str = "") -> str:
    """The first name of a claim that stands neither in its quotes nor in `known`; "" if none."""
    text = f"{said} {known}"
    held, folded = _words(text), text.casefold()
    for name in _names(claim):
        if name.casefold() not in folded and _words(name) - held:
            return name
    return ""


def unknown_code(claim: str, said: str) -> str:
    """The first word with digits in it ("COVID-19", "10-Q") that the quotes do not hold."""
    folded = said.casefold()
    inside = [(one.start, one.end) for one in amounts(claim)]
    for found in CODE.finditer(claim):
        code = found.group()
        is_amount = any(start <= found.start() < end for start, end in inside)
        is_plain = is_amount or PLAIN_CODE.fullmatch(code)
        if not is_plain and code.casefold() not in folded:
            return code
    return ""


def _names(text: str) -> Iterator[str]:
    """Capitalised words within sentences; the first word of one may be any word."""
    for found in NAME.finditer(text):
        before = text[: found.start()].rstrip()
        begins = not before or before[-1] in ".!?:\u201c\"'("
        words = found.group().split()
        named = words[1:] if begins else words
        if named and any(word.casefold() not in PLAIN for word in named):
            yield " ".join(named)


def _words(text: str) -> set[str]:
    words = (word.casefold() for word in WORD.findall(text))
    return {re.sub(r"['\u2019]s$", "", word) for word in words} - PLAIN


def other_period(claim: str, said: str) -> str:
    """A quarter or month of a claim where its quotes name only others; "" if there is none."""
    for periods in (_quarters, _months):
        wanted, held = periods(claim), periods(said)
        if held and (strange := wanted - held):
            return min(strange)
    return ""


def _quarters(text: str) -> set[str]:
    return {
        f"quarter {found['number'] or ORDER[found['word'].casefold()]}"
        for found in QUARTER.finditer(text)
    }


def _months(text: str) -> set[str]:
    return set(MONTH.findall(text))
