"""The journal of paid and slow calls: what was bought is found, not bought again.

Rows are written before and right after each attempt, in short transactions of their own and
unfenced: an answer that was paid for is never thrown away, whoever holds the run by then.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import IntegrityError

from analysis import caps, flights
from analysis.flights import Ending, Wish
from analysis.limits import LIMITED, Throttled
from analysis.models import Analysis, Call, CallState
from analysis.purchases import (
    NOTHING,
    Answer,
    Bound,
    CallFailed,
    NotOurs,
    OverBudget,
    Request,
)
from analysis.types import Used
from researcher.kit.ids import uuid7
from researcher.kit.rows import patiently
from researcher.kit.together import Together

__all__ = [
    "NOTHING",
    "Answer",
    "Bound",
    "CallFailed",
    "Journal",
    "NotOurs",
    "OverBudget",
    "Request",
    "spent_by",
]

WAIT_SECONDS = 0.2
# As a row keeps money, so that an answer costs the same whether it is new or found again.
MILLIONTH = Decimal("0.000001")
# The longest that a call waits for its turn, and how long it sleeps at a time.
LONGEST_WAIT_SECONDS, NAP_SECONDS = 600.0, 5.0

begun = Together(flights.begin, flights.begin_many)
ended = Together(flights.end, flights.end_many)


class Journal:
    """The calls of one run."""

    def __init__(self, analysis: Analysis, *, attempts: int = 4) -> None:
        self.analysis, self.attempts = analysis, attempts
        self._answered: list[tuple[str, str, Answer]] = []

    def used(self) -> tuple[Used, ...]:
        """What the answers since this was last called took, by role and section.

        An answer that was found counts as one that was bought, so a run that is resumed tells
        the same.
        """
        answered, self._answered = self._answered, []
        places = sorted({(role, section) for role, section, _ in answered})
        return tuple(
            _used(role, section, [one for *place, one in answered if place == [role, section]])
            for role, section in places
        )

    async def once(self, request: Request, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer to a request: found if it was paid for before, else asked for now.

        Failed attempts are repeated here and nowhere else. Raises CallFailed, OverBudget, NotOurs.
        """
        answer = await self._answer(request, ask)
        self._answered.append((request.role, request.section, answer))
        return answer

    async def _answer(self, request: Request, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        for attempt in range(1, self.attempts + 1):
            call = await self._flight(request)
            if call.state == CallState.DONE:
                return _replayed(call)
            try:
                return await self._fly(call, ask)
            except CallFailed as failure:
                if failure.retry_after is None or attempt == self.attempts:
                    raise
                await asyncio.sleep(_pause(failure.retry_after, attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _flight(self, request: Request) -> Call:
        """The finished call, or a new one that is ours; waits while somebody else flies it."""
        pk = uuid7()
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            try:
                call = await begun(Wish(self.analysis, request, pk))
            except IntegrityError:  # somebody began the same call in this very moment
                await asyncio.sleep(WAIT_SECONDS)
            except Throttled as wait:
                if time.monotonic() + wait.seconds > deadline:
                    detail = f"The model may be asked again in {wait.seconds:.0f} seconds."
                    raise CallFailed(LIMITED, detail, maybe_paid=False) from wait
                await asyncio.sleep(min(wait.seconds, NAP_SECONDS) * random.uniform(1.0, 1.2))  # noqa: S311
            else:
                if call is not None:
                    return call
                await asyncio.sleep(WAIT_SECONDS)

    async def _fly(self, call: Call, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            answer = await ask()
        except CallFailed as failure:
            state = CallState.LOST if failure.maybe_paid else CallState.REFUSED
            why = {"error_code": failure.code, "answer": {"retry_after": failure.retry_after or 0}}
            await ended(Ending(call, state, why))
            raise
        except BaseException:
            # Cancelled in flight: nobody knows what the provider did with it.
            await asyncio.shield(ended(Ending(call, CallState.LOST, {"error_code": "cancelled"})))
            raise
        answer = replace(answer, cost=answer.cost.quantize(MILLIONTH))
        await asyncio.shield(ended(Ending(call, CallState.DONE, _columns(answer))))
        return answer

    async def reject(self, request: Request, code: str) -> None:
        """An answer proved useless: it stays in the ledger, and is never replayed."""
        await patiently(_reject, self.analysis, request, code)


def _used(role: str, section: str, answers: Sequence[Answer]) -> Used:
    return Used(
        role=role,
        section=section,
        calls=len(answers),
        tokens_in=sum(one.tokens_in for one in answers),
        tokens_out=sum(one.tokens_out for one in answers),
        cost=sum((one.cost for one in answers), Decimal(0)),
    )


def _pause(retry_after: float, attempt: int) -> float:
    """At least what the provider asks, growing with the attempts, spread by up to a half."""
    return max(retry_after, 0.25 * 2.0**attempt) * random.uniform(1.0, 1.5)  # noqa: S311


def spent_by(analysis: Analysis) -> Bound:
    """What a run has spent: what was reported, and the reservations of what was not."""
    spent = caps.spent(Call.objects.filter(analysis=analysis))
    return Bound(tokens=spent.tokens, cost=spent.cost)


def _columns(answer: Answer) -> dict[str, Any]:
    return {
        "answer": answer.value,
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "tokens_cached": answer.tokens_cached,
        "cost": answer.cost,
        "finish_reason": answer.finish_reason,
    }


def _replayed(call: Call) -> Answer:
    return Answer(
        value=call.answer,
        tokens_in=call.tokens_in,
        tokens_out=call.tokens_out,
        tokens_cached=call.tokens_cached,
        cost=call.cost,
        finish_reason=call.finish_reason,
    )


def _reject(analysis: Analysis, request: Request, code: str) -> None:
    Call.objects.filter(
        owner_id=analysis.owner_id,
        request_hash=request.hash,
        repair=request.repair,
        state=CallState.DONE,
    ).update(state=CallState.INVALID, error_code=code)
