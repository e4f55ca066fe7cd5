"""The heads of a table's columns, read from the lines above its first row."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from analysis.pipeline import periods
from analysis.pipeline.periods import Period

_MONTH_DAY = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}(?!\d),?"
TOKEN = re.compile(
    r"(?P<span>(?:three|six|nine|twelve|thirteen|fourteen|3|6|9|12|13|14|26|39|52|53)[- ]"
    r"(?:months?|weeks?) (?:ended|ending)|(?:fiscal )?(?:quarter|year)s? (?:ended|ending))"
    rf"|(?P<day>{_MONTH_DAY}(?! ?(?:19|20)\d\d))"
    rf"|(?P<date>{_MONTH_DAY} ?(?:19|20)\d\d|\d{{1,2}}\.? [a-z]{{3,9}}\.? (?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d)"
    r"|(?P<quarter>Q[1-4][ /-]?(?:FY ?)?(?:(?:19|20)\d\d|\d\d)|FY ?\d\d(?:\d\d)?[ -]Q[1-4]"
    r"|[HF][12Y] ?(?:(?:19|20)\d\d|\d\d))"
    r"|(?P<year>(?:19|20)\d\d)(?!\d|,\d)"
    r"|(?P<change>[$%]? ?(?:change|variance|growth)s?(?: ?[$%])?|increase ?/ ?\(?decrease\)?"
    r"|Q/Q|Y/Y|YoY|QoQ)",
    re.IGNORECASE,
)
NOTHING = re.compile(
    r"(?:as of|as at|at|and|for the|\(?unaudited\)?|[\s,()$%*:|&-])*", re.IGNORECASE
)
NAME = re.compile(r"(?:[^\W\d_]+\s+){1,3}")
GROUP = re.compile(r"[^\d]{3,110}")


class Column(NamedTuple):
    """One column: the period of its numbers, or None where it holds a change or something else."""

    period: Period | None


def columns(above: Sequence[str]) -> tuple[Column, ...]:
    """The columns that the last lines above a row announce; none if they announce none."""
    head = _head(above)
    tokens = [token for line in head for token in TOKEN.finditer(line)]
    dates = _dates(tokens)
    spans = [periods.length(token.group()) for token in tokens if token["span"]]
    if not dates or (spans and len(dates) % len(spans)):
        return ()
    each = len(dates) // len(spans) if spans else 0
    lengths = [spans[at // each] if each else None for at in range(len(dates))]
    dated = [_with_length(date, months) for date, months in zip(dates, lengths, strict=True)]
    return _ordered(tokens, dated)


def _head(above: Sequence[str]) -> list[str]:
    """The unbroken lines made of heads alone; a group's name may stand under them."""
    head: list[str] = []
    for line in reversed(above):
        if is_head(line):
            head.insert(0, line)
        elif head or not GROUP.fullmatch(line.strip() or "---"):
            break
    return head


def is_head(line: str) -> bool:
    """Whether a line holds nothing but heads of columns, the first of which may be a name."""
    tokens = list(TOKEN.finditer(line))
    if len(tokens) > 1 and NAME.fullmatch(line, 0, tokens[0].start()):
        line = line[tokens[0].start() :]
    return bool(tokens) and bool(NOTHING.fullmatch(TOKEN.sub("", line)))


def _dates(tokens: Sequence[re.Match[str]]) -> list[Period]:
    """The periods named by the heads; days and years printed on lines of their own are joined."""
    days = [token.group() for token in tokens if token["day"]]
    years = [token.group() for token in tokens if token["year"]]
    whole = [token.group() for token in tokens if token["date"] or token["quarter"]]
    if days and years and len(years) % len(days) == 0 and not whole:
        each = len(years) // len(days)
        whole = [f"{days[at // each].rstrip(',')}, {year}" for at, year in enumerate(years)]
    elif days or (whole and years):
        return []
    return [found for text in whole or years if (found := periods.first(text)) is not None]


def _with_length(period: Period, months: int | None) -> Period:
    return periods.dated(period.end, months) if period.end and months else period


def _ordered(tokens: Sequence[re.Match[str]], dated: Sequence[Period]) -> tuple[Column, ...]:
    """The columns as they stand from left to right, changes among them."""
    names = ("date", "quarter", "year")
    found: list[Column] = []
    waiting = list(dated)
    for token in tokens:
        if any(token[name] for name in names):
            found.append(Column(waiting.pop(0)))
        elif token["change"]:
            found.append(Column(None))
    return tuple(found) if not waiting else ()
