"""What a table says about its numbers: "(In millions, except per share amounts)"."""

import re
from functools import lru_cache
from typing import NamedTuple

from analysis.pipeline.amounts import CODES, MAGNITUDES, SYMBOLS, currency

_MONEY = "|".join(re.escape(name) for name in [*SYMBOLS, *sorted(CODES)])
_LARGE = r"(?P<large>thousand|million|billion|trillion|crore|lakh)s?"
_NAMED = rf"(?:U\.?S\.? )?dollars|euros?|{_MONEY}"
STATED = re.compile(
    rf"(?P<before>{_NAMED})?\s*\bin\s+(?P<inner>{_MONEY})?\s*{_LARGE}\b"
    rf"(?:\s+of\s+(?P<after>[\w. ]*?(?:dollar|euro|pound|yen|yuan|rupee)s?))?",
    re.IGNORECASE,
)
SHORT = re.compile(
    rf"(?P<money>{_MONEY})\s?(?P<size>(?:thousand|million|billion)s?|mn|bn|m|k|b|mio|mrd)\b\.?"
    r"(?!\s*\d)",
    re.IGNORECASE,
)
BARE = re.compile(rf"[(,]\s*(?P<money>{_MONEY})\s*[),]|\b(?P<code>{'|'.join(sorted(CODES))})\b")
PERCENT = re.compile(
    r"\bas\s+a\s+percent(?:age)?\s+of\s+(?P<whole>(?:total\s+)?[a-z]+(?:\s+sales)?)"
    r"|\(\s*%\s*\)|\bin\s+(?:%|percent)",
    re.I,
)
SHARES = re.compile(r"shares\b[^)]{0,60}?\bin\s+(thousand|million)s", re.I)
SHARES_APART = re.compile(r"except[^)]{0,40}(?<!per )\bshares?\b", re.I)
COUNTS_SHARES = re.compile(
    r"\bshares\b.*\b(?:used|outstanding|issued|repurchased|weighted)\b", re.I
)
WEIGHTED = re.compile(r"\b(?:weighted|number of|total number|common)\b.*\bshares\b", re.I)
PER_SHARE = re.compile(
    r"\bper\s+(?:\w+\s+){0,2}(?:share|unit|barrel|tonne|ton|user|employee)\b|\bEPS\b", re.I
)
RATIO = re.compile(r"\b(?:percentage|rate|ratio)\b", re.I)
SYMBOL = re.compile("|".join(re.escape(name) for name in sorted(SYMBOLS, key=len, reverse=True)))
POWERS = {**MAGNITUDES, "m": 6, "k": 3, "b": 9}


class Scale(NamedTuple):
    """The power of ten of a table's money and of its shares; its currency; or percentages."""

    power: int | None = None
    shares: int | None = None
    currency: str = ""
    percent: bool = False
    whole: str = ""


class Measure(NamedTuple):
    """How to read one number: value * 10**power, in a unit or a currency."""

    power: int
    unit: str
    currency: str


def scale(caption: str) -> Scale:
    """What the words above a table, or the head of a column, say; the last one holds."""
    share = PERCENT.search(caption)
    said = _money(caption)
    if share is None:
        return said
    return said._replace(percent=True, whole=" ".join((share["whole"] or "").split()))


def _money(caption: str) -> Scale:
    stated = list(STATED.finditer(SHARES.sub("", caption)))
    if stated:
        return _stated(caption, stated[-1])
    short = SHORT.search(caption)
    if short:
        return Scale(POWERS[short["size"].casefold()], None, currency(short["money"].upper()))
    bare = BARE.search(caption)
    if bare:
        return Scale(0, None, currency(bare["money"] or bare["code"]))
    return Scale()


def _stated(caption: str, found: re.Match[str]) -> Scale:
    named = found["before"] or found["inner"] or found["after"] or ""
    shares = SHARES.search(caption)
    power = MAGNITUDES[found["large"].casefold()]
    apart = 0 if SHARES_APART.search(caption) else power
    counted = MAGNITUDES[shares[1].casefold()] if shares else apart
    return Scale(power, counted, currency(named.split()[-1]) if named else "")


def measure(stated: Scale, label: str, printed: str, money: str) -> Measure | None:
    """How to read a number beside a label; None where the table leaves it open.

    `printed` is the number with its signs, `money` the currency seen elsewhere in the table.
    """
    if "%" in printed or stated.percent:
        return Measure(0, "%", "")
    kind = _kind(label)
    if kind == "shares":
        return None if stated.shares is None else Measure(stated.shares, "shares", "")
    named = currency_of(printed) or stated.currency or money
    if kind == "each":
        return Measure(0, "", named) if "." in printed else None
    return None if stated.power is None or kind == "ratio" else Measure(stated.power, "", named)


@lru_cache(maxsize=4096)
def _kind(label: str) -> str:
    """What a label counts: shares, money for each share, a ratio; "" for anything else.

    "Basic" says nothing by itself: then the name of its group does.
    """
    group, _, own = label.rpartition(": ")
    return _kind_of(own) or _kind_of(group)


def _kind_of(words: str) -> str:
    if COUNTS_SHARES.search(words) or WEIGHTED.search(words):
        return "shares"
    if PER_SHARE.search(words):
        return "each"
    return "ratio" if RATIO.search(words) else ""


def currency_of(printed: str) -> str:
    """The currency whose symbol stands in a text."""
    found = SYMBOL.search(printed)
    return SYMBOLS[found.group()] if found else ""
