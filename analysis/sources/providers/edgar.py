"""SEC EDGAR: the full text of filings (efts.sec.gov/LATEST/search-index)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from pydantic import Field

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, address, asked_json, base, day, plain
from analysis.sources.providers.types import Found, Kind, Search

# What companies tell about themselves; holdings of funds and ownership forms drown it.
FORMS = "10-K,10-Q,8-K,20-F,6-K,40-F,S-1,F-1,DEF 14A,ARS"
NAME = re.compile(r"\s*\((?:CIK|[A-Z0-9.,\s-]+\)).*$")
MOST_WORDS = 8


class Filing(Shape):
    ciks: tuple[str, ...] = ()
    display_names: tuple[str, ...] = ()
    file_date: str | None = None
    period_ending: str | None = None
    form: str = ""
    file_type: str | None = ""
    file_description: str | None = ""


class Hit(Shape):
    """`_id` is the number of the filing and the name of the file in it: "0000320193-23-1:a.htm"."""

    id: str = Field(alias="_id")
    filing: Filing = Field(alias="_source")


class Hits(Shape):
    hits: tuple[Hit, ...]


class Answer(Shape):
    hits: Hits


@dataclass(frozen=True)
class Edgar:
    base: str
    agent: str
    archive: str = "https://www.sec.gov"
    name: str = "edgar"
    label: str = "SEC EDGAR"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        url = address(
            f"{self.base}/LATEST/search-index",
            q=" ".join(search.words.split()[:MOST_WORDS]),
            forms=FORMS,
            dateRange="custom" if search.since or search.until else "",
            startdt=search.since or (date(2001, 1, 1) if search.until else None),
            enddt=search.until or (date(2100, 1, 1) if search.since else None),
        )
        answer = await asked_json(self.label, asking(url, self.agent), Answer, door, egress)
        hits = [one for one in answer.hits.hits if one.filing.ciks and ":" in one.id]
        return [self._found(one, rank) for rank, one in enumerate(hits[: search.limit], 1)]

    def _found(self, hit: Hit, rank: int) -> Found:
        filing = hit.filing
        number, _, file = hit.id.partition(":")
        company = company_name(" ".join(filing.display_names[:1]))
        period = f" for the period ended {filing.period_ending}" if filing.period_ending else ""
        folder = f"{int(filing.ciks[0])}/{number.replace('-', '')}"
        return Found(
            provider=self.name,
            kind=Kind.OFFICIAL,
            rank=rank,
            title=f"{company}: {filing.form}{period}",
            url=f"{self.archive}/Archives/edgar/data/{folder}/{file}",
            snippet=plain(filing.file_description),
            authors=(company,) if company else (),
            publisher="U.S. Securities and Exchange Commission",
            published_on=day(filing.file_date),
            language="en",
        )


def asking(url: str, agent: str) -> Ask:
    """The SEC wants to know who asks, and at most ten requests a second."""
    return Ask(url=url, headers={"User-Agent": agent}, conduct=False, every_seconds=0.15)


def company_name(displayed: str) -> str:
    """ "Apple Inc.  (AAPL)  (CIK 0000320193)" without what stands in brackets."""
    return plain(NAME.sub("", displayed))


def agent() -> str:
    """Who we are, as the SEC asks to be told: a name and an address."""
    return settings.EDGAR_USER_AGENT or f"ResearcherPro {settings.CONTACT_EMAIL}".strip()


def configured() -> Edgar:
    archive = base("edgar_archive", "https://www.sec.gov")
    return Edgar(base("edgar", "https://efts.sec.gov"), agent(), archive)
