"""The stretches of time that a text speaks of: "three months ended July 1, 2023", "Q3 FY24"."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
NUMBERS = {
    "three": 3, "six": 6, "nine": 9, "twelve": 12, "3": 3, "6": 6, "9": 9, "12": 12,
    "13": 3, "thirteen": 3, "14": 3, "fourteen": 3, "26": 6, "39": 9, "52": 12, "53": 12,
}  # fmt: skip
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
LENGTHS = {3: "Quarter", 6: "Six months", 9: "Nine months", 12: "Year"}

_MONTH = "(?:" + "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\.?"
_YEAR = r"(?:19|20)\d\d"
_SPAN = (
    r"(?:(?P<number>three|six|nine|twelve|thirteen|fourteen|3|6|9|12|13|14|26|39|52|53)[- ]"
    r"(?:months?|weeks?)|(?P<quarterly>(?:fiscal )?quarter(?:ly)?)|(?:fiscal )?(?P<yearly>year))"
    r"(?: periods?)? (?:ended|ending|to)(?: on)?"
)
_DATE = (
    rf"(?P<mdy>{_MONTH} \d{{1,2}},? {_YEAR})|(?P<dmy>\d{{1,2}}\.? {_MONTH},? {_YEAR})"
    rf"|(?P<iso>{_YEAR}-\d\d-\d\d)"
)
_FISCAL = r"(?P<fiscal>fiscal(?: year)? |FY ?)?"
PERIOD = re.compile(
    rf"\b(?:(?:{_SPAN}) )?(?:{_DATE})\b"
    rf"|\bQ(?P<q>[1-4])[ /-]?{_FISCAL.replace('fiscal>', 'qf>')}(?P<qy>{_YEAR}|(?<=FY)\d\d|\d\d)\b"
    rf"|\b(?P<yf>FY ?|fiscal(?: year)? )(?P<yq>{_YEAR}|\d\d)[ -]Q(?P<qafter>[1-4])\b"
    rf"|\b(?P<ordinal>{'|'.join(ORDINALS)})(?: fiscal)?[- ]quarter"
    rf"(?: of| in)?(?: the)? {_FISCAL.replace('fiscal>', 'of>')}(?P<oy>{_YEAR})\b"
    rf"|\bfirst (?P<run>three|six|nine) months of {_FISCAL.replace('fiscal>', 'rf>')}"
    rf"(?P<ry>{_YEAR})\b"
    rf"|\b(?:(?P<half>first|second) half(?: of)?|H(?P<h>[12])) {_FISCAL.replace('fiscal>', 'hf>')}"
    rf"(?P<hy>{_YEAR})\b"
    rf"|\b(?P<month>{_MONTH}) (?P<my>{_YEAR})\b"
    rf"|\b(?P<ff>fiscal(?: year)? |FY ?)(?P<fy>{_YEAR}|\d\d)\b"
    rf"|(?<![\w$€£.,/-])(?P<year>{_YEAR})(?![\w%]|[.,/-]\d)",
    re.IGNORECASE,
)
DIGIT, BLANK = re.compile(r"\d"), re.compile(r"\s")
LINKED = re.compile(r"\s*(?:,|,? and|,? or|;)\s*(?:the )?\s*$", re.IGNORECASE)


class Period(NamedTuple):
    """A stretch of time: its canonical name, its length and last day where the text gives them."""

    label: str
    months: int | None = None
    end: date | None = None
    order: tuple[int, int, int] = (0, 0, 0)


class Found(NamedTuple):
    start: int
    end: int
    period: Period


def periods(text: str) -> Iterator[Found]:
    """The periods of a text in reading order; a date after "and" shares the length before it."""
    if not DIGIT.search(text):
        return
    flat = BLANK.sub(" ", text)
    last: Found | None = None
    for match in PERIOD.finditer(flat):
        period = _read(match)
        if period is None:
            continue
        if last and LINKED.fullmatch(flat[last.end : match.start()]):
            period = _as_long(period, last.period)
        last = Found(match.start(), match.end(), period)
        yield last


def _as_long(period: Period, before: Period) -> Period:
    """A bare date is the end of a period as long as the dated one before it."""
    if period.end and not period.months and before.end and before.months:
        return dated(period.end, before.months)
    return period


@lru_cache(maxsize=4096)
def first(text: str) -> Period | None:
    found = next(periods(text), None)
    return found.period if found else None


def dated(end: date, months: int | None = None) -> Period:
    """The period of a length that ends on a day; without a length, the day itself."""
    day = f"{end:%B} {end.day}, {end.year}"
    name = f"{LENGTHS[months]} ended {day}" if months in LENGTHS else day
    return Period(name, months, end, (end.year, end.month, end.day))


def day(text: str) -> date | None:
    """The date that is printed as "July 1, 2023", "1 July 2023" or "2023-07-01"."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        year, month, number = (int(part) for part in text.split("-"))
    else:
        words = re.findall(r"[a-z]+|\d+", text.casefold())
        month = _month(next(word for word in words if word.isalpha()))
        number, year = (int(word) for word in words if word.isdigit())
    try:
        return date(year, month, number)
    except ValueError:
        return None


def length(text: str) -> int | None:
    """How many months a heading such as "Nine Months Ended" means."""
    match = re.match(_SPAN, " ".join(text.split()), re.IGNORECASE)
    return _months(match) if match else None


def _month(word: str) -> int:
    return next(at for at, name in enumerate(MONTHS, 1) if name.startswith(word[:3]))


def _months(match: re.Match[str]) -> int | None:
    if match["number"]:
        return NUMBERS[match["number"].casefold()]
    return 3 if match["quarterly"] else 12 if match["yearly"] else None


def _read(match: re.Match[str]) -> Period | None:
    printed = match["mdy"] or match["dmy"] or match["iso"]
    if printed:
        end = day(printed)
        return dated(end, _months(match)) if end else None
    if match["month"]:
        month, year = _month(match["month"].casefold()), int(match["my"])
        return Period(f"{MONTHS[month - 1].capitalize()} {year}", 1, None, (year, month, 31))
    return _quarter(match) or _part(match) or _whole_year(match)


def _quarter(match: re.Match[str]) -> Period | None:
    number = match["q"] or match["qafter"] or ORDINALS.get((match["ordinal"] or "").casefold())
    if not number:
        return None
    printed = match["qy"] or match["yq"] or match["oy"]
    fiscal = match["qf"] or match["yf"] or match["of"]
    year = _year(printed)
    return Period(f"Q{number} {'FY' if fiscal else ''}{year}", 3, None, (year, int(number) * 3, 31))


def _part(match: re.Match[str]) -> Period | None:
    if match["run"]:
        months, year, fiscal = NUMBERS[match["run"].casefold()], int(match["ry"]), match["rf"]
        name = f"First {match['run'].casefold()} months of {'FY' if fiscal else ''}{year}"
        return Period(name, months, None, (year, months, 31))
    half = match["h"] or ORDINALS.get((match["half"] or "").casefold())
    if not half:
        return None
    year, fiscal = int(match["hy"]), match["hf"]
    return Period(f"H{half} {'FY' if fiscal else ''}{year}", 6, None, (year, int(half) * 6, 31))


def _whole_year(match: re.Match[str]) -> Period:
    year = _year(match["fy"] or match["year"])
    return Period(f"{'FY' if match['fy'] else ''}{year}", 12, None, (year, 12, 31))


def _year(printed: str) -> int:
    return int(printed) if len(printed) == 4 else 2000 + int(printed)
