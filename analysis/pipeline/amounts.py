"""Numbers as people print them: "$4.1 billion", "(4)%", "1.234,5 Mio. €", "23.5亿元"."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

SYMBOLS = {
    "US$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "R$": "BRL", "$": "USD", "€": "EUR",
    "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY",
}  # fmt: skip
CODES = frozenset({
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "INR", "JPY", "KRW",
    "NOK", "PLN", "RMB", "SAR", "SEK", "SGD", "USD", "ZAR",
})  # fmt: skip
NAMES = {
    "dollar": "USD", "euro": "EUR", "pound sterling": "GBP", "yen": "JPY", "yuan": "CNY",
    "rupee": "INR", "元": "CNY", "美元": "USD",
}  # fmt: skip
MAGNITUDES = {
    "thousand": 3, "thousands": 3, "million": 6, "millions": 6, "mn": 6, "mio": 6, "mm": 6,
    "billion": 9, "billions": 9, "bn": 9, "mrd": 9, "trillion": 12, "tn": 12, "lakh": 5,
    "crore": 7, "millionen": 6, "milliarden": 9, "milliards": 9, "millones": 6,
}  # fmt: skip
GLUED = {"万": 4, "亿": 8, "مليون": 6, "مليار": 9}
SHORT = {"k": 3, "m": 6, "b": 9}
UNITS = {
    "%": "%", "percent": "%", "per cent": "%", "٪": "%", "percentage points": "percentage points",
    "percentage point": "percentage points", "pp": "percentage points",
    "basis points": "basis points", "bps": "basis points",
}  # fmt: skip
MINUS = "-\u2212\u2013"


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


DIGITS = re.compile(
    r"(?<![A-Za-z\u00c0-\u024f\d_.,])(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?!\d|[.,]\d)"
)
BEFORE = re.compile(
    rf"(?P<outer>\()?\s?(?P<sign>(?<![\w)])[{MINUS}])?"
    rf"(?P<currency>{_any(SYMBOLS)}|\b(?:{_any(CODES)})(?=\s|$))?\s?(?P<inner>\()?$"
)
AFTER = re.compile(
    rf"(?:\s?(?:(?P<magnitude>{_any(MAGNITUDES)})\b\.?|(?P<glued>{_any(GLUED)}))"
    rf"|(?P<short>[kKmMbB])\b)?(?P<close>\))?"
    rf"(?:\s?(?P<unit>%|٪|(?:{_any(UNITS)})\b))?"
    rf"(?:\s?(?P<currency>[€£¥₹](?!\d)|(?:{_any(CODES)})\b|(?:US )?(?:dollar|euro|rupee)s?\b"
    rf"|yen\b|yuan\b|美元|元))?",
    re.IGNORECASE,
)
LONGEST_BEFORE = 8
ARABIC_POINTS = {0x066B: ".", 0x066C: ","}


class Amount(NamedTuple):
    """A number at `text[start:end]`; `value` in plain units, `step` the worth of its last digit."""

    start: int
    end: int
    raw: str
    value: Decimal
    step: Decimal
    unit: str
    currency: str
    scaled: bool

    def agrees(self, other: "Amount") -> bool:
        return agree(self.value, self.step, other.value, other.step)


def agree(value: Decimal, step: Decimal, other: Decimal, other_step: Decimal) -> bool:
    """Whether two numbers are the same, read at the coarser of their two precisions."""
    return abs(value - other) * 2 <= max(step, other_step) if step != other_step else value == other


@lru_cache(maxsize=256)
def amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of a text in reading order; those glued to a word ("M2", "10-Q") are none.

    Kept for a while: one check of a claim asks for those of its quotes again and again.
    """
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    text = text if text.isascii() else text.translate(ARABIC_POINTS)
    for digits in DIGITS.finditer(text):
        before = BEFORE.search(text, max(0, digits.start() - LONGEST_BEFORE), digits.start())
        after = AFTER.match(text, digits.end())
        number = number_of(digits.group())
        if before and after and number is not None and not _is_glued(text, digits, after.end()):
            yield _amount(text, digits, before, after, number)


def _amount(
    text: str, digits: re.Match[str], before: re.Match[str], after: re.Match[str], number: Decimal
) -> Amount:
    power = _power(before, after)
    bracketed = bool(after["close"] and (before["outer"] or before["inner"]))
    start, end = _span(digits, before, after, bracketed)
    negative = bracketed or bool(before["sign"])
    value = plain(number.scaleb(power))
    return Amount(
        start=start,
        end=end,
        raw=" ".join(text[start:end].split()),
        value=-value if negative else value,
        step=Decimal(1).scaleb(int(number.as_tuple().exponent) + power),
        unit=UNITS.get(" ".join((after["unit"] or "").casefold().split()), ""),
        currency=currency(before["currency"] or after["currency"] or ""),
        scaled=power > 0,
    )


def _span(
    digits: re.Match[str], before: re.Match[str], after: re.Match[str], bracketed: bool
) -> tuple[int, int]:
    """Where the number stands, without a bracket that other words share with it."""
    groups = ("outer", "sign", "currency", "inner") if bracketed else ("sign", "currency")
    starts = [before.start(name) for name in groups if before[name]]
    end = after.end()
    if after["close"] and not bracketed:
        end = after.start("close")
    return min([digits.start(), *starts]), end


def number_of(digits: str) -> Decimal | None:
    """The value of printed digits: a separator before other than three digits is decimal."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", digits):
        text = digits.replace(",", "")
    else:
        text = digits.replace(".", "").replace(",", ".")
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def plain(value: Decimal) -> Decimal:
    """The same number written without an exponent."""
    return Decimal(format(value, "f"))


def _is_glued(text: str, digits: re.Match[str], end: int) -> bool:
    """A part of a name, a version or a compound: "10-Q", "COVID-19", "53-week", "20x"."""
    before = text[max(0, digits.start() - 2) : digits.start()]
    if before[-1:] in tuple("-/#_:") and before[:1].isalpha():
        return True
    after = text[digits.end() : digits.end() + 2]
    stroke = after[:1] in tuple("-/\u2013") and after[1:].isalpha()
    letter = after[:1].isalpha() and after[:1].isascii()
    return end == digits.end() and (stroke or letter)


def _power(before: re.Match[str], after: re.Match[str]) -> int:
    if after["magnitude"]:
        return MAGNITUDES[after["magnitude"].casefold()]
    if after["short"] and (before["currency"] or after["short"] == "B"):
        return SHORT[after["short"].casefold()]
    return GLUED.get(after["glued"] or "", 0)


def currency(printed: str) -> str:
    """The code of a printed currency ("US$", "euros"); "" if it is none."""
    if printed.upper() in CODES:
        return "CNY" if printed.upper() == "RMB" else printed.upper()
    folded = printed.casefold().removeprefix("us ").removesuffix("s")
    return SYMBOLS.get(printed) or NAMES.get(folded, "")
