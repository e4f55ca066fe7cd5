"""Feeds: RSS 2.0, RSS 1.0 and Atom, read without entities; those of FEEDS are searched by words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from lxml import etree

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import asked, plain
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search
from researcher.kit.frozen import Frozen

MOST_ITEMS, FRESH_SECONDS = 500, 900.0
WORD = re.compile(r"\w{3,}")


class Item(Frozen):
    """One entry of a feed; `key` is the feed's own name for it, else its address."""

    key: str
    title: str
    url: str
    summary: str = ""
    author: str = ""
    published_at: datetime | None = None


class Feed(Frozen):
    title: str
    items: tuple[Item, ...]


def read(content: bytes, place: str = "") -> Feed:
    """The entries of a feed; `place` is its address, to which theirs may be relative.

    Raises ProviderFailed (malformed) for what is no feed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _name(root) not in ("rss", "RDF", "feed"):
        raise ProviderFailed("malformed", "This is no RSS or Atom feed.")
    entries = [one for one in root.iter() if _name(one) in ("item", "entry")][:MOST_ITEMS]
    items = (_item(one, place) for one in entries)
    head = root if _name(root) == "feed" else next(_children(root, "channel"), root)
    return Feed(title=_text(head, "title"), items=tuple(one for one in items if one.url))


def _item(entry: Any, place: str) -> Item:
    url = urljoin(place, _link(entry).strip())
    return Item(
        key=_text(entry, "guid", "id") or url,
        title=_text(entry, "title"),
        url=url if url.startswith(("http://", "https://")) else "",
        summary=_text(entry, "summary", "description", "content", "encoded"),
        author=_text(entry, "creator", "author"),
        published_at=_moment(_text(entry, "published", "pubDate", "date", "updated")),
    )


def _link(entry: Any) -> str:
    """Atom's link that is no enclosure, else RSS's; a permanent guid will do."""
    links = list(_children(entry, "link"))
    for one in links:
        if one.get("href") and one.get("rel", "alternate") == "alternate":
            return str(one.get("href"))
    text = next((one.text for one in links if one.text and one.text.strip()), "")
    guid = next(_children(entry, "guid"), None)
    if not text and guid is not None and guid.get("isPermaLink", "true") == "true":
        text = guid.text or ""
    return text or ""


def _text(entry: Any, *names: str) -> str:
    """The text of the first of these parts that is there, without mark-up."""
    for name in names:
        for one in _children(entry, name):
            if text := plain(" ".join("".join(one.itertext()).split()), 5000):
                return text
    return ""


def _children(entry: Any, name: str) -> Iterator[Any]:
    return (one for one in entry if _name(one) == name)


def _name(element: Any) -> str:
    """A tag without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _moment(text: str) -> datetime | None:
    """A date of RFC 822 (RSS) or ISO 8601 (Atom); without a zone it is taken for UTC."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


@dataclass(frozen=True)
class Feeds:
    urls: tuple[str, ...]
    name: str = "feeds"
    label: str = "Feeds"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """The entries that have most words of the question; one feed that fails fails no other."""
        failures, scored = [], []
        for url in self.urls:
            try:
                ask = Ask(url=url, fresh_seconds=FRESH_SECONDS)
                feed = read(await asked(self.label, ask, door, egress), url)
            except ProviderFailed as failure:
                failures.append(failure)
            else:
                scored += [(_cover(one, search), feed.title, one) for one in feed.items]
        if failures and len(failures) == len(self.urls):
            raise failures[0]
        best = sorted((one for one in scored if one[0]), key=lambda one: -one[0])[: search.limit]
        return [_found(item, title, rank) for rank, (_, title, item) in enumerate(best, 1)]


def _cover(item: Item, search: Search) -> float:
    """The share of the subject's words that an entry has; less than half is none."""
    if item.published_at and not _is_within(item.published_at, search):
        return 0.0
    wanted = set(WORD.findall(search.words.casefold()))
    there = set(WORD.findall(f"{item.title} {item.summary}".casefold()))
    share = len(wanted & there) / max(1, len(wanted))
    return share if share >= 0.5 else 0.0


def _is_within(moment: datetime, search: Search) -> bool:
    day = moment.date()
    return (search.since or day) <= day <= (search.until or day)


def _found(item: Item, feed: str, rank: int) -> Found:
    return Found(
        provider="feeds",
        kind=Kind.NEWS,
        rank=rank,
        title=item.title,
        url=item.url,
        snippet=item.summary[:1000],
        authors=(item.author,) if item.author else (),
        publisher=feed,
        published_on=item.published_at.date() if item.published_at else None,
    )


def configured() -> Feeds | None:
    return Feeds(tuple(settings.FEEDS)) if settings.FEEDS else None
