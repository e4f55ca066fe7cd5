"""What is asked of a provider and what it gives, as the journal knows it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from analysis.capabilities import ANY_RATE, Rate


@dataclass(frozen=True)
class Bound:
    """The most that one call can use, reserved before it starts."""

    tokens: int = 0
    cost: Decimal = Decimal(0)


NOTHING = Bound()


@dataclass(frozen=True)
class Answer:
    """What a call gave: a JSON value, and what it used."""

    value: Any
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost: Decimal = Decimal(0)
    finish_reason: str = ""


@dataclass(frozen=True)
class Request:
    """One call as it is known again: `content` must be the same whenever it is the same call."""

    kind: str
    content: Mapping[str, Any]
    bound: Bound = NOTHING
    role: str = ""
    model: str = ""
    section: str = ""
    repair: int = 0
    # What of the budget must stay untouched for later, and how fast the model may be asked.
    keep: Bound = NOTHING
    rate: Rate = ANY_RATE

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the kind and the content as canonical JSON, in hexadecimal."""
        canonical = json.dumps([self.kind, self.content], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


class CallFailed(Exception):
    """An attempt that gave no answer.

    `maybe_paid` is False when the provider surely did nothing. `retry_after` is in seconds; None
    means that another attempt would not help.
    """

    def __init__(
        self, code: str, detail: str, *, maybe_paid: bool, retry_after: float | None = None
    ) -> None:
        self.code, self.detail = code, detail
        self.maybe_paid, self.retry_after = maybe_paid, retry_after
        super().__init__(f"{code}: {detail}")


class OverBudget(Exception):
    """The call was not started: with its bound, a cap would be passed; `code` names the cap."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


class NotOurs(Exception):
    """The run was taken over, cancelled or paused: whoever drove it buys nothing more."""
