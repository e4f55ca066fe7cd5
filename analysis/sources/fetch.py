"""The one door to the web, and the only module that opens it.

What is asked passes the egress of its analysis, robots.txt, the turns of its host and the vetting
of addresses; what comes back passes caps and is typed by its bytes, or it is a FetchFailed.
"""

import logging
import time
from datetime import UTC, datetime
from ipaddress import ip_network
from ssl import SSLContext

from django.conf import settings

from analysis.sources.door import bodies, outcomes, pacing, urls
from analysis.sources.door.cache import Kept, kept
from analysis.sources.door.exchange import Answer, Exchanges, Sent
from analysis.sources.door.journey import Journey
from analysis.sources.door.network import Resolve, system_resolve
from analysis.sources.door.pacing import SharedTurns, Turns
from analysis.sources.door.policy import MEGABYTE, Policy, host_of
from analysis.sources.door.robots import Robots, text_of
from analysis.sources.door.shelf import Shelf
from analysis.sources.door.types import Ask, Egress, EgressMode, Fetched, FetchFailed
from analysis.sources.door.urls import Target

logger = logging.getLogger(__name__)

# How long an answer is kept to ask whether it has changed.
KEPT_SECONDS = 7 * 24 * 3600.0

ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8"
# Refusals of ours, which are logged; other failures are the web's.
REFUSALS = (
    *("egress_blocked", "fetch_bad_url", "fetch_blocked_address", "fetch_blocked_redirect"),
    *("fetch_own_host", "robots_disallowed", "too_many_redirects"),
)
# Who names a network of this machine means its neighbours by these, and else they are no way in.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
# As what a site has no rules that could be read; while it is busy we keep away.
NO_RULES = frozenset(
    {
        *("http_401", "http_402", "http_403", "http_404", "http_406", "http_410", "http_451"),
        *("http_4xx", "empty_page", "consent_wall", "login_wall", "egress_blocked"),
        "too_many_redirects",
    }
)


def door() -> "WebDoor":
    """The door as the settings have it, for one event loop; whoever made it closes it."""
    own = {*settings.ALLOWED_HOSTS, *map(host_of, settings.FRONTEND_ORIGINS)}
    policy = Policy(
        user_agent=settings.FETCH_USER_AGENT,
        inside=tuple(map(ip_network, settings.FETCH_ALLOW_PRIVATE)),
        own_hosts=tuple(own - LOOPBACK),
        every_seconds=settings.FETCH_EVERY_SECONDS,
        seconds=settings.FETCH_SECONDS,
        most_bytes=settings.FETCH_MAX_MB * MEGABYTE,
    )
    return WebDoor(policy, shelf=Shelf(settings.FETCH_CACHE))


class WebDoor:
    """The Door that leads out. An instance belongs to one event loop.

    Without a shelf nothing is given again; turns are those of the whole deployment.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        resolve: Resolve = system_resolve,
        turns: Turns | None = None,
        shelf: Shelf | None = None,
        tls: SSLContext | None = None,
    ) -> None:
        self.policy = policy
        self._turns = turns or SharedTurns()
        self._shelf = shelf
        self._exchanges = Exchanges(policy, resolve, tls)
        self._robots = Robots(policy.robot, self._robots_txt, policy.robots_seconds)

    async def close(self) -> None:
        await self._robots.close()
        await self._exchanges.close()
        if self._shelf:
            self._shelf.close()

    async def fetch(self, ask: Ask, egress: Egress) -> Fetched:
        """The answer to one request, from the web or as it was kept. Raises FetchFailed."""
        try:
            return await self._given(ask, egress)
        except FetchFailed as failed:
            if failed.code in REFUSALS:
                # The sentence names a host and never an address, which may hold a key.
                logger.warning("the door stays shut (%s): %s", failed.code, failed.detail)
            raise

    async def _given(self, ask: Ask, egress: Egress, may_enter: bool = True) -> Fetched:
        target = urls.target_of(ask.url)
        self.policy.check(target, egress)
        known = await self._known(ask)
        if known and known.is_fresh:
            return known.fetched()
        return await self._asked(ask, target, self._journey(ask, egress, may_enter), known)

    async def _asked(
        self, ask: Ask, target: Target, journey: Journey, known: Kept | None
    ) -> Fetched:
        conditions = known.conditions(target.url) if known else {}
        sent = Sent(target, ask.method, self._headers(ask, target) | conditions, ask.body)
        answer, last = await journey.go(sent)
        if known and conditions and answer.status == 304:
            known = known.confirmed(answer.headers, ask)
            await self._keep(ask, known)
            return known.fetched()
        outcomes.check_status(answer.status, answer.headers, last)
        outcomes.check_content(answer.content, target, last)
        fetched = _fetched(answer, last)
        await self._keep(ask, kept(fetched, ask))
        return fetched

    def _journey(self, ask: Ask, egress: Egress, may_enter: bool) -> Journey:
        every = self.policy.every_seconds if ask.every_seconds is None else ask.every_seconds
        patience = self.policy.patience if ask.patience_seconds is None else ask.patience_seconds
        robots = self._robots if ask.conduct else None
        until = time.monotonic() + patience
        return Journey(
            self.policy,
            self._exchanges,
            self._turns,
            robots,
            egress,
            every=every,
            until=until,
            may_enter=may_enter,
        )

    def _headers(self, ask: Ask, target: Target) -> dict[str, str]:
        own = {
            "host": target.place,
            "user-agent": self.policy.user_agent,
            "accept": ACCEPT,
            "accept-encoding": bodies.ENCODINGS,
        }
        asked = {name.lower(): value for name, value in ask.headers.items()}
        length = {} if ask.body is None else {"content-length": str(len(ask.body))}
        return {**own, **asked, **length, "host": target.place}

    async def _known(self, ask: Ask) -> Kept | None:
        return await self._shelf.find(ask) if self._shelf else None

    async def _keep(self, ask: Ask, answer: Kept | None) -> None:
        if self._shelf and answer:
            await self._shelf.put(ask, answer)

    async def _robots_txt(self, target: Target, may_enter: bool) -> str | None:
        """The rules of a site, None if it has none: then everything may be read (RFC 9309)."""
        ask = Ask(
            url=target.url, conduct=False, every_seconds=0, fresh_seconds=self.policy.robots_seconds
        )
        # Redirects lead to the same site with or without "www.", or they count as no rules.
        site = Egress(mode=EgressMode.HOSTS, hosts=(target.host.removeprefix("www."),))
        try:
            return text_of((await self._given(ask, site, may_enter)).content)
        except FetchFailed as failed:
            if failed.code in NO_RULES:
                return None
            raise


def _fetched(answer: Answer, last: Target) -> Fetched:
    return Fetched(
        url=last.url,
        content=answer.content,
        media_type=bodies.media_type(answer.content, answer.headers.get("content-type", "")),
        headers=answer.headers,
        fetched_at=datetime.now(UTC),
    )


def tidy() -> None:
    """Drop kept answers that are old or too much, and the turns of hosts that nobody asks."""
    shelf = Shelf(settings.FETCH_CACHE)
    shelf.sweep(seconds=KEPT_SECONDS, most_bytes=settings.FETCH_CACHE_MB * MEGABYTE)
    shelf.close()
    pacing.forget_old()
