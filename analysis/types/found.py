"""What processing leaves: quotes, figures, and the answers that they make."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from analysis.types.asked import Shortfall, Used
from analysis.types.collected import Rejection
from researcher.kit.frozen import Frozen


class Passage(Frozen):
    """Consecutive sentences of one page: what is ranked, and what an analyst reads."""

    key: str
    source: str
    page: int
    start: int
    end: int
    text: str
    section: str = ""
    language: str = ""
    score: float = 0.0


class Quote(Frozen):
    """The exact words `page.text[start:end]` of a stored source; `text` repeats them."""

    key: str
    source: str
    page: int
    start: int
    end: int
    text: str
    section: str = ""


class Figure(Frozen):
    """A number as it stands in a source: value, unit, currency, period - and its quote.

    `value` is in plain units ("$4.1 billion" is 4100000000 USD); `raw` is the printed form.
    """

    key: str
    label: str
    value: Decimal
    raw: str
    unit: str = ""
    currency: str = ""
    period: str = ""
    as_of: date | None = None
    quote: str


class Derivation(StrEnum):
    """How a figure follows from others: over a year, as a part, compounded, in points, in all."""

    CHANGE = "change"
    SHARE = "share"
    CAGR = "cagr"
    POINTS = "points"
    TOTAL = "total"


class Derived(Frozen):
    """A figure that code computed from cited ones, whose keys are its `operands`.

    `formula` is made of their printed forms: "(412.6 - 381.0) / 381.0"; `printed` is the value
    as it is shown where that is not its percentage.
    """

    kind: Derivation
    label: str
    value: Decimal
    unit: str
    period: str
    formula: str
    operands: tuple[str, ...]
    printed: str = ""

    @property
    def raw(self) -> str:
        """As it is printed: "8.3%", with its sign where it is a change."""
        if self.printed:
            return self.printed
        sign = "+" if self.kind is not Derivation.SHARE else ""
        return f"{self.value:{sign}}{self.unit}"


class Answer(Frozen):
    """What the sources say to one question; without quotes it stays open."""

    question: str
    quotes: tuple[str, ...]
    passages_ranked: int


class Weight(Frozen):
    """How much the passages of a source (by its key) counted, and what made it less or more than 1.

    `because` are short sentences, each with its factor.
    """

    source: str
    weight: float
    because: tuple[str, ...] = ()


class Evidence(Frozen):
    """What was found; `quotes_offered` counts those of the analyst before they were located.

    `left_out` names the sources that are not about the topic and why; `unmentioned` the names
    of the topic that stand in no source; `weights` how much each source counted in the ranking.
    """

    quotes: tuple[Quote, ...]
    figures: tuple[Figure, ...]
    answers: tuple[Answer, ...]
    passages: int
    quotes_offered: int = 0
    left_out: tuple[Rejection, ...] = ()
    unmentioned: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    weights: tuple[Weight, ...] = ()
