"""PubMed: biomedical abstracts by NCBI's E-utilities (ncbi.nlm.nih.gov/books/NBK25499)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import (
    Shape,
    as_json,
    as_xml,
    asked,
    bare_doi,
    base,
    day_of,
    plain,
    record,
)
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

PAGE = "https://pubmed.ncbi.nlm.nih.gov/{}/"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MOST = 50


class Ids(Shape):
    idlist: tuple[str, ...] = ()
    ERROR: str = ""


class Answer(Shape):
    esearchresult: Ids


@dataclass(frozen=True)
class PubMed:
    base: str
    mailto: str = ""
    key: str = field(default="", repr=False)
    name: str = "pubmed"
    label: str = "PubMed"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """Two requests: the numbers of the articles, then their records."""
        ids = await self._ids(search, door, egress)
        if not ids:
            return []
        content = await self._post("efetch", {"id": ",".join(ids), "retmode": "xml"}, door, egress)
        articles = as_xml(self.label, content).findall("PubmedArticle")
        found = {one.findtext("MedlineCitation/PMID", ""): one for one in articles}
        return [_found(found[pmid], rank) for rank, pmid in enumerate(ids, 1) if pmid in found]

    async def _ids(self, search: Search, door: Door, egress: Egress) -> tuple[str, ...]:
        fields = {"term": search.words, "retmax": str(min(search.limit, MOST))}
        fields |= {"retmode": "json", "sort": "relevance", **_window(search)}
        content = await self._post("esearch", fields, door, egress)
        result = as_json(self.label, content, Answer).esearchresult
        if result.ERROR:
            raise ProviderFailed("bad_query", "PubMed did not accept the question.")
        return result.idlist

    async def _post(self, tool: str, fields: dict[str, str], door: Door, egress: Egress) -> bytes:
        """By POST, so that the key stands in no address."""
        known = {"db": "pubmed", "tool": "researcher-pro", "email": self.mailto}
        given = {**known, **fields, "api_key": self.key}
        ask = Ask(
            url=f"{self.base}/entrez/eutils/{tool}.fcgi",
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode({name: value for name, value in given.items() if value}).encode(),
            conduct=False,
            every_seconds=0.11 if self.key else 0.34,
        )
        return await asked(self.label, ask, door, egress)


def _window(search: Search) -> dict[str, str]:
    if not (search.since or search.until):
        return {}
    since, until = search.since or date(1800, 1, 1), search.until or date(3000, 1, 1)
    return {"datetype": "pdat", "mindate": f"{since:%Y/%m/%d}", "maxdate": f"{until:%Y/%m/%d}"}


def _found(article: Any, rank: int) -> Found:
    citation = article.find("MedlineCitation")
    title, abstract = _words(citation.find("Article/ArticleTitle")), _abstract(citation)
    authors, journal = _authors(citation), citation.findtext("Article/Journal/Title", "")
    published = _published(citation)
    pmid = citation.findtext("PMID", "")
    facts = {
        "Authors": ", ".join(authors),
        "Published in": journal,
        "Published on": published.isoformat() if published else "",
        "PMID": pmid,
    }
    return Found(
        provider="pubmed",
        kind=Kind.SCHOLARLY,
        rank=rank,
        title=title,
        url=PAGE.format(pmid),
        snippet=abstract[:1000],
        authors=authors,
        publisher=journal,
        published_on=published,
        doi=_doi(article),
        language=_language(citation),
        is_retracted=_is_retracted(citation),
        text=record(title, facts, abstract),
    )


def _abstract(citation: Any) -> str:
    """Its parts one a line, each with its label ("RESULTS: ...")."""
    parts = citation.findall("Article/Abstract/AbstractText")
    labelled = ((one.get("Label", ""), _words(one)) for one in parts)
    return "\n\n".join(f"{label}: {words}" if label else words for label, words in labelled)


def _words(element: Any) -> str:
    """All text of an element, that of the parts set in italics too."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _authors(citation: Any) -> tuple[str, ...]:
    names = (
        one.findtext("CollectiveName")
        or f"{one.findtext('ForeName', '')} {one.findtext('LastName', '')}"
        for one in citation.findall("Article/AuthorList/Author")[:50]
    )
    return tuple(plain(name) for name in names if plain(name))


def _published(citation: Any) -> date | None:
    """The day of the electronic article, else that of its issue, as far as they are told."""
    for path in ("Article/ArticleDate", "Article/Journal/JournalIssue/PubDate"):
        if (place := citation.find(path)) is None:
            continue
        year = place.findtext("Year") or place.findtext("MedlineDate", "")[:4]
        if day := day_of(year, _month(place.findtext("Month", "")), place.findtext("Day")):
            return day
    return None


def _month(text: str) -> int:
    name = text[:3].lower()
    return MONTHS.index(name) + 1 if name in MONTHS else int(text) if text.isdigit() else 1


def _doi(article: Any) -> str:
    ids = article.findall("PubmedData/ArticleIdList/ArticleId")
    return bare_doi(next((one.text for one in ids if one.get("IdType") == "doi"), ""))


def _language(citation: Any) -> str:
    return "en" if citation.findtext("Article/Language") == "eng" else ""


def _is_retracted(citation: Any) -> bool:
    kinds = citation.findall("Article/PublicationTypeList/PublicationType")
    notices = citation.findall("CommentsCorrectionsList/CommentsCorrections")
    return any(one.text == "Retracted Publication" for one in kinds) or any(
        one.get("RefType") == "RetractionIn" for one in notices
    )


def configured() -> PubMed:
    place = base("pubmed", "https://eutils.ncbi.nlm.nih.gov")
    return PubMed(place, settings.CONTACT_EMAIL, settings.NCBI_API_KEY)
