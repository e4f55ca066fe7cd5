"""A number of a table together with what the table says it is."""

import re
from decimal import Decimal
from typing import NamedTuple

from analysis.pipeline.periods import Period

NOTE_MARK = re.compile(r"\s*\((?:\d|[a-z])\)$")
LONGEST_LABEL = 110


class Mark(NamedTuple):
    """A number in plain units with its names; `start` and `end` bound the words that state it."""

    label: str
    period: Period | None
    value: Decimal
    step: Decimal
    raw: str
    unit: str
    currency: str
    start: int
    end: int


def clean_label(printed: str) -> str:
    """A label without leader dots, the mark of a footnote, and what divides it from its cells."""
    return NOTE_MARK.sub("", " ".join(printed.split()).strip(" .:|*_"))
