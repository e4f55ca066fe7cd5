"""What the head of a page says about it: title, author, date, site, address, DOI."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from analysis.sources.reading import dates, labels
from analysis.sources.reading.types import Extract

TITLES = ("og:title", "citation_title", "dc.title", "twitter:title")
AUTHORS = ("author", "citation_author", "dc.creator", "article:author")
DATES = (
    *("article:published_time", "datepublished", "citation_publication_date", "dc.date.issued"),
    *("dcterms.issued", "dc.date", "dcterms.created", "publish-date", "publication_date", "date"),
)
LINKED_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
SITES = ("og:site_name", "application-name", "citation_journal_title", "dc.publisher")
DOIS = ("citation_doi", "prism.doi", "bepress_citation_doi", "dc.identifier", "dc.identifier.doi")
DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)?\s*(10\.\d{4,9}/\S+)$", re.I)


def of(page: Any) -> Extract:
    """What a parsed page says about itself, without its text."""
    facts = _facts(page)
    return Extract(
        pages=[],
        title=labels.title_of(_first(facts, TITLES) or heading(page)),
        author=labels.author_of(_author(facts)),
        published_on=_published(page, facts),
        canonical_url=_canonical(page, facts),
        site=" ".join(_first(facts, SITES).split())[: labels.LONGEST],
        doi=_doi(facts),
    )


def _canonical(page: Any, facts: dict[str, list[str]]) -> str:
    """The one address that the page wants to be known by, if it is a whole one."""
    said = page.xpath("//link[@rel='canonical']/@href") + facts.get("og:url", [])
    whole = (url.strip() for url in said)
    return next((url for url in whole if re.match(r"https?://[^\s/]+", url)), "")


def same_site(one: str, other: str) -> bool:
    """Whether one of two addresses may speak for the other: their hosts are one, or one below."""
    try:
        a, b = (f".{(urlsplit(url).hostname or '').removeprefix('www.')}" for url in (one, other))
    except ValueError:
        return False
    return len(a) > 1 and len(b) > 1 and (a.endswith(b) or b.endswith(a))


def _doi(facts: dict[str, list[str]]) -> str:
    found = (DOI.match(value) for name in DOIS for value in facts.get(name, []))
    return next((match[1].lower() for match in found if match), "")


def _facts(page: Any) -> dict[str, list[str]]:
    """What the page's <meta> elements say, by name."""
    facts: dict[str, list[str]] = {}
    for element in page.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        if content := (element.get("content") or "").strip():
            facts.setdefault(name.lower(), []).append(content)
    return facts


def _first(facts: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((facts[name][0] for name in names if name in facts), "")


def heading(page: Any) -> str:
    """The page's <title>, else its first heading."""
    found = page.xpath("//head/title | //h1")
    return next(filter(None, (" ".join(node.text_content().split()) for node in found)), "")


def _author(facts: dict[str, list[str]]) -> str:
    named = next((facts[name] for name in AUTHORS if name in facts), [])
    return "; ".join(name for name in named if not name.startswith("http"))


def _published(page: Any, facts: dict[str, list[str]]) -> date | None:
    """The date in the page's head, or in its data for search engines."""
    said = [_first(facts, DATES)]
    for script in page.iter("script"):
        said += LINKED_DATE.findall(script.text or "")
    said += page.xpath("//time[@pubdate or @itemprop='datePublished']/@datetime")
    return next(filter(None, map(dates.first_date, said)), None)
