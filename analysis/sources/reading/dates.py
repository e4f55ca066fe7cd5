"""The dates that a document gives of itself: the end of its period, its publication.

Only what is labelled or stands alone counts, because the newest vintage of a document is chosen
by it: no date is better than the date of something that the text happens to mention.
"""

import calendar
import re
from datetime import date

# How much of the beginning may give the period, how much a labelled date, how much a bare one.
HEAD = 12_000
TOP = 2500
COVER = 1000

NAMES = {
    1: "january jan januar jänner janvier janv enero ene",
    2: "february feb februar février févr fevrier febrero",
    3: "march mar märz mrz mars marzo",
    4: "april apr avril avr abril abr",
    5: "may mai mayo",
    6: "june jun juni juin junio",
    7: "july jul juli juillet juil julio",
    8: "august aug août aout agosto ago",
    9: "september sept sep septembre septiembre",
    10: "october oct oktober okt octobre octubre",
    11: "november nov novembre noviembre",
    12: "december dec dezember dez décembre déc decembre diciembre dic",
}
MONTHS = {name: number for number, names in NAMES.items() for name in names.split()}
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"

# Each form of a date, with the order in which its groups say year, month and day.
FORMS = [
    (r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])", "ymd"),
    (r"(?<![\d/])(\d{4})/(\d{1,2})/(\d{1,2})(?![\d/])", "ymd"),
    (r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]", "ymd"),
    (rf"\b({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", "mdy"),
    (
        rf"(?<![\d.])(\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?({MONTH}),?\s+(?:de\s+)?(\d{{4}})\b",
        "dmy",
    ),
    (rf"(?<![\d-])(\d{{1,2}})-({MONTH})-(\d{{4}})\b", "dmy"),
    (r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.])", "dmy"),
    (r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])", "either"),
]
DAYS = [(re.compile(form, re.I), order) for form, order in FORMS]
WHOLE_MONTH = re.compile(rf"\b({MONTH}),?\s+(\d{{4}})\b", re.I)

DAY = "(?:" + "|".join(re.sub(r"\((?!\?)", "(?:", form) for form, _ in FORMS) + ")"
DAY_OR_MONTH = rf"(?:{DAY}|\b{MONTH},?\s+\d{{4}}\b)"
WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|\w{2,10}tag|mittwoch),?\s+"
DASH = r"[-\u2013\u2014|\u00b7\u2022]"

# Texts, since they are long and most files need few of them: compiled when first looked for.
PERIOD = (
    rf"(?i)\b(?:periods?|quarter|year|half|months|weeks)\s+ended:?\s+({DAY})"
    rf"|\bfor\s+the\s+period\s+ending:?\s+({DAY})"
    rf"|\bperiod(?:\s+of\s+report)?:\s*(?:{DAY}\s*(?:to|{DASH})\s*)?({DAY})"
)
# One of these stands wherever PERIOD does, in small letters; both are found by their first word.
ENDED = re.compile(rf"ended:?\s+{DAY}")
PERIOD_IS = re.compile(r"period(?:\s+ending|(?:\s+of\s+report)?:)")
AS_OF = (
    rf"(?im)^[^\n]{{0,60}}\b(?:as\s+(?:of|at)|stand\s?:?|status|correct\s+(?:on|at|to)|version(?:\s+of)?):?\s+"
    rf"({DAY_OR_MONTH})[^\n]{{0,20}}$"
)
PUBLISHED = (
    r"(?im)^\W{0,4}(?:first\s+|last\s+)?(?:published|publication\s+date|date\s+published|release\s+date|"
    r"date\s+of\s+release|released|issued|issue\s+date|posted|dated?|updated|last\s+modified|revised|"
    r"filed|filing\s+date|veröffentlicht|datum|publié|fecha)"
    rf"(?:\s+(?:on|online|am|le))?\s*[:,]?\s*(?:{WEEKDAY})?({DAY_OR_MONTH})[^\n]{{0,60}}$"
)
FILED = rf"(?i)\bfiled\s+on\s+({DAY})"
ALONE = rf"(?im)^\s*(?:{WEEKDAY})?({DAY_OR_MONTH})(?:\s*(?:,|{DASH}|at\b|\()[^\n]{{0,40}})?\s*$"
# The beginning of a press release: "SANTA CLARA, Calif., Nov. 21, 2023 (WIRE) -- ".
DATELINE = rf"(?m)^[A-Z][^\n\d]{{2,50}}[{DASH[1:-1]},]\s*((?i:{DAY}))\s*(?:\(|{DASH})"


def first_date(text: str) -> date | None:
    """The first date in the text; a month stands for its last day."""
    found = [(match.start(), match, order) for form, order in DAYS for match in form.finditer(text)]
    for _, match, order in sorted(found, key=lambda entry: entry[0]):
        if day := _day(match.groups(), order):
            return day
    month = WHOLE_MONTH.search(text)
    return _last_day(int(month[2]), _month(month[1])) if month else None


def period_end(text: str) -> date | None:
    """The end of the period that a report covers: "for the quarterly period ended ..."."""
    head = text[:HEAD].lower()
    # To look for a part of it first spares most texts the search for all ways to say it.
    return _first(PERIOD, head) if ENDED.search(head) or PERIOD_IS.search(head) else None


def published(text: str) -> date | None:
    """When the document came out, as it says itself near its top."""
    top = text[:TOP]
    labelled = _first(PUBLISHED, top) or _first(FILED, top) or _first(DATELINE, top)
    return labelled or _first(ALONE, text[:COVER])


def state(text: str) -> date | None:
    """The day whose state the document shows: "as of 30 June 2023" at the end of a line."""
    return _first(AS_OF, text[:TOP])


def _first(pattern: str, text: str) -> date | None:
    for match in re.finditer(pattern, text):
        if day := first_date(next(filter(None, match.groups()))):
            return day
    return None


def _day(groups: tuple[str, ...], order: str) -> date | None:
    if order == "either":
        return _either(*map(int, groups))
    parts = dict(zip(order, groups, strict=True))
    return _valid(int(parts["y"]), _month(parts["m"]), int(parts["d"]))


def _either(first: int, second: int, year: int) -> date | None:
    """Day and month between slashes, where only one reading is possible."""
    if first == second or first > 12:
        return _valid(year, second, first)
    return _valid(year, first, second) if second > 12 else None


def _month(name: str) -> int:
    return int(name) if name.isdigit() else MONTHS[name.lower().rstrip(".")]


def _valid(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last_day(year: int, month: int) -> date | None:
    return (
        _valid(year, month, calendar.monthrange(year, month)[1]) if 1900 <= year <= 2100 else None
    )
