"""arXiv: preprints, as an Atom feed (info.arxiv.org/help/api/user-manual.html)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import (
    address,
    as_xml,
    asked,
    bare_doi,
    base,
    day,
    plain,
    record,
)
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

NAMES = {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}
WITHDRAWN = re.compile(r"\b(?:withdrawn|retracted)\b", re.IGNORECASE)
MOST, MOST_WORDS = 50, 8


@dataclass(frozen=True)
class ArXiv:
    base: str
    name: str = "arxiv"
    label: str = "arXiv"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        url = address(
            f"{self.base}/api/query",
            search_query=_terms(search),
            start=0,
            max_results=min(search.limit, MOST),
            sortBy="relevance",
        )
        # Its terms of use: one request in three seconds.
        ask = Ask(url=url, conduct=False, every_seconds=3.0)
        content = await asked(self.label, ask, door, egress)
        if content.strip().startswith(b"Rate exceeded"):
            raise ProviderFailed("limited", "arXiv answered “Rate exceeded.”")
        entries = as_xml(self.label, content).findall("a:entry", NAMES)
        _refuse_error(entries)
        return [_found(one, rank) for rank, one in enumerate(entries, 1)]


def _terms(search: Search) -> str:
    """All words must stand there, so the few of the subject; operators cannot be written."""
    words = re.findall(r"[\w-]*\w", search.words)[:MOST_WORDS]
    terms = " AND ".join(f'all:"{word}"' for word in words)
    if not (search.since or search.until):
        return terms
    since = f"{search.since:%Y%m%d}" if search.since else "19910101"
    until = f"{search.until:%Y%m%d}" if search.until else "21000101"
    return f"{terms} AND submittedDate:[{since}0000 TO {until}2359]"


def _refuse_error(entries: Sequence[Any]) -> None:
    """An error comes with status 200, as one entry of its own."""
    if len(entries) == 1 and "/api/errors" in _text(entries[0], "a:id"):
        detail = f"arXiv did not accept the question: {_text(entries[0], 'a:summary')[:200]}."
        raise ProviderFailed("bad_query", detail)


def _found(entry: Any, rank: int) -> Found:
    title, abstract = _text(entry, "a:title"), _text(entry, "a:summary")
    authors = tuple(plain(one.text) for one in entry.findall("a:author/a:name", NAMES)[:50])
    published, comment = _text(entry, "a:published"), _text(entry, "x:comment")
    facts = {"Authors": ", ".join(authors), "Published on": published[:10]}
    return Found(
        provider="arxiv",
        kind=Kind.SCHOLARLY,
        rank=rank,
        title=title,
        url=_secure(_text(entry, "a:id")),
        file_url=_secure(_pdf(entry)),
        snippet=abstract[:1000],
        authors=authors,
        publisher=_text(entry, "x:journal_ref") or "arXiv",
        published_on=day(published),
        doi=bare_doi(_text(entry, "x:doi")),
        is_retracted=bool(WITHDRAWN.search(comment)),
        text=record(title, facts, abstract),
    )


def _pdf(entry: Any) -> str:
    links = entry.findall("a:link", NAMES)
    return next((one.get("href", "") for one in links if one.get("title") == "pdf"), "")


def _secure(url: str) -> str:
    return re.sub(r"^http://(?=(?:export\.)?arxiv\.org/)", "https://", url)


def _text(entry: Any, path: str) -> str:
    return plain(entry.findtext(path, "", NAMES), 20_000)


def configured() -> ArXiv:
    return ArXiv(base("arxiv", "https://export.arxiv.org"))
