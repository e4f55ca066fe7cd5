"""Answers that are given again (`shelf.py` keeps them).

What may be kept and for how long is as in RFC 9111 for a cache that many share, unless whoever
asks says how fresh the answer must be. A name is a hash of the whole request, credentials
included, so an answer is given to nobody who could not have got it.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from analysis.sources.door.types import Ask, Fetched

# However long an answer may be given again, it is asked for anew after this.
LONGEST = 24 * 3600.0
# Without a word about freshness: this share of its age, as the RFC proposes.
SHARE_OF_AGE = 0.1
DIRECTIVE = re.compile(r'([a-z-]+)(?:\s*=\s*"?([^",]*)"?)?', re.I)
METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Kept:
    """An answer as it is kept; times are seconds since 1970."""

    url: str
    media_type: str
    headers: Mapping[str, str]
    fetched_at: float
    fresh_until: float
    content: bytes = b""

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.fresh_until

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that ask whether it has changed; none if it was found elsewhere."""
        if self.url != url:
            return {}
        said = {"if-none-match": "etag", "if-modified-since": "last-modified"}
        return {name: self.headers[of] for name, of in said.items() if of in self.headers}

    def confirmed(self, headers: Mapping[str, str], ask: Ask) -> "Kept":
        """The same, as of now: the server says that it has not changed."""
        merged = {**self.headers, **{name: headers[name] for name in RENEWED if name in headers}}
        now = time.time()
        until = now + (fresh_seconds(merged, ask) or 0.0)
        return replace(self, headers=merged, fetched_at=now, fresh_until=until)

    def fetched(self) -> Fetched:
        return Fetched(
            url=self.url,
            content=self.content,
            media_type=self.media_type,
            headers=self.headers,
            fetched_at=datetime.fromtimestamp(self.fetched_at, UTC),
            from_cache=True,
        )


# What a 304 may say anew.
RENEWED = ("cache-control", "date", "etag", "expires", "last-modified")


def kept(fetched: Fetched, ask: Ask) -> Kept | None:
    """An answer to be kept, or None if it may not or cannot be given again."""
    fresh = fresh_seconds(fetched.headers, ask)
    has_validator = "etag" in fetched.headers or "last-modified" in fetched.headers
    if fresh is None or not (fresh or has_validator):
        return None
    at = fetched.fetched_at.timestamp()
    return Kept(
        url=fetched.url,
        media_type=fetched.media_type,
        headers=dict(fetched.headers),
        fetched_at=at,
        fresh_until=at + fresh,
        content=fetched.content,
    )


def fresh_seconds(headers: Mapping[str, str], ask: Ask) -> float | None:
    """How long an answer is fresh, None if it may not be kept at all."""
    if ask.fresh_seconds is not None:
        return min(ask.fresh_seconds, LONGEST) if ask.fresh_seconds > 0 else None
    said = directives(headers.get("cache-control", ""))
    if ask.method not in METHODS or {"no-store", "private"} & said.keys():
        return None
    if headers.get("vary", "").strip() == "*" or "set-cookie" in headers:
        return None
    if "no-cache" in said:
        return 0.0
    return min(max(_stated(headers, said), 0.0), LONGEST)


def _stated(headers: Mapping[str, str], said: Mapping[str, str]) -> float:
    for name in ("s-maxage", "max-age"):
        if said.get(name, "").isdigit():
            return float(said[name][:9]) - _number(headers.get("age", ""))
    now = _moment(headers.get("date", "")) or time.time()
    if "expires" in headers:
        return (_moment(headers["expires"]) or now) - now
    changed = _moment(headers.get("last-modified", ""))
    return SHARE_OF_AGE * (now - changed) if changed else 0.0


def directives(header: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in DIRECTIVE.findall(header)}


def _number(text: str) -> float:
    return float(text[:9]) if text.isdigit() else 0.0


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
