"""One request on its way: from host to host where it is sent on, with manners and patience."""

import asyncio
import random
import time
from dataclasses import dataclass, replace

from analysis.sources.door import outcomes, urls
from analysis.sources.door.exchange import Answer, Exchanges, Sent
from analysis.sources.door.pacing import Turns
from analysis.sources.door.policy import Policy
from analysis.sources.door.robots import Robots
from analysis.sources.door.types import Egress, FetchFailed
from analysis.sources.door.urls import Target

# What of a request may go on to another host: nothing that could be a key.
HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})
# What asks whether an answer has changed is about the first address only.
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
BECOME_GET = frozenset({301, 302, 303})


@dataclass(frozen=True)
class Journey:
    """How one request may go; `robots` is None where there is no need to ask for rules.

    `every` is the least time between two requests to a host, `until` when patience ends, by the
    monotonic clock, `may_enter` whether it may go into networks that only we may enter.
    """

    policy: Policy
    exchanges: Exchanges
    turns: Turns
    robots: Robots | None
    egress: Egress
    every: float
    until: float
    may_enter: bool = True

    async def go(self, sent: Sent) -> tuple[Answer, Target]:
        """The answer at its end, and where that was. Raises FetchFailed."""
        try:
            async with asyncio.timeout(self._left()):
                return await self._follow(sent)
        except TimeoutError:
            detail = f"{sent.target.host} took longer than was to be waited for."
            raise FetchFailed("fetch_timeout", detail) from None

    async def _follow(self, sent: Sent) -> tuple[Answer, Target]:
        may_enter = self.may_enter
        for _ in range(self.policy.redirects + 1):
            answer = await self._patiently(sent, may_enter)
            if not answer.is_redirect:
                return answer, sent.target
            # From a page of the web nothing leads into a network that only we may enter.
            may_enter = may_enter and answer.from_inside
            sent = self._onward(sent, answer)
        detail = f"{sent.target.host} sends from one address to the next, more than "
        raise FetchFailed("too_many_redirects", f"{detail}{self.policy.redirects} times.")

    def _onward(self, sent: Sent, answer: Answer) -> Sent:
        """The request to where a redirect leads, without what is not meant for another host."""
        here = sent.target
        try:
            there = urls.joined(here, answer.headers["location"])
        except FetchFailed as failed:
            raise _blocked(here, failed.detail) from None
        if (here.scheme, there.scheme) == ("https", "http"):
            raise _blocked(here, "It leads from https to http.")
        headers = {name: v for name, v in sent.headers.items() if name not in CONDITIONS}
        if here.origin != there.origin:
            headers = {name: value for name, value in headers.items() if name in HARMLESS}
        headers["host"] = there.place
        if answer.status in BECOME_GET and sent.method != "HEAD":
            return Sent(there, "GET", headers)
        if sent.body is not None and here.origin != there.origin:
            raise _blocked(here, "It would hand on to another host what was sent.")
        return replace(sent, target=there, headers=headers)

    async def _patiently(self, sent: Sent, may_enter: bool) -> Answer:
        """One hop, tried again while a fault looks passing and patience lasts."""
        for attempt in range(1, self.policy.attempts + 1):
            try:
                return await self._hop(sent, may_enter)
            except FetchFailed as failed:
                pause = await self._pause(sent, failed, attempt)
            await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def _hop(self, sent: Sent, may_enter: bool) -> Answer:
        target = sent.target
        self.policy.check(target, self.egress)
        try:
            delay = await self.robots.delay(target, may_enter=may_enter) if self.robots else 0.0
            await self.turns.wait(target.place, max(self.every, delay), self._left())
            return await self.exchanges.ask(sent, may_enter=may_enter)
        except FetchFailed as failed:
            if failed.code == "fetch_blocked_address" and not may_enter:
                raise _blocked(target, failed.detail) from None
            raise

    async def _pause(self, sent: Sent, failed: FetchFailed, attempt: int) -> float:
        """How long to wait before the next attempt; raises the failure if there is none."""
        if failed.retry_after:
            await self.turns.rest(sent.target.place, failed.retry_after)
        if not outcomes.is_passing(failed) or not _may_repeat(sent, failed):
            raise failed
        jitter = random.uniform(0.5, 1.5)  # noqa: S311 no secret
        pause = max(
            self.policy.first_pause * 2.0 ** (attempt - 1) * jitter, failed.retry_after or 0
        )
        if attempt == self.policy.attempts or pause > self._left():
            raise failed
        return pause

    def _left(self) -> float:
        return self.until - time.monotonic()


def _may_repeat(sent: Sent, failed: FetchFailed) -> bool:
    """What changes nothing may be asked again; else only what the server did not begin."""
    return sent.method in ("GET", "HEAD") or failed.status in (429, 503)


def _blocked(target: Target, why: str) -> FetchFailed:
    detail = f"{target.host} redirects to where we do not go. {why}"
    return FetchFailed("fetch_blocked_redirect", detail)
