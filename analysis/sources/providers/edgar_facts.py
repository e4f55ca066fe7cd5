"""SEC EDGAR company facts: what a company reported, figure by figure (data.sec.gov/api/xbrl)."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, asked_json, base, day
from analysis.sources.providers.edgar import agent, asking
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

DAY = 86_400.0
# What reports ask for, and the concepts that companies file it under.
CONCEPTS = {
    "Revenue": (
        "RevenueFromContractWithCustomerExcludingAssessedTax",
        "Revenues",
        "SalesRevenueNet",
    ),
    "Gross profit": ("GrossProfit",),
    "Operating income": ("OperatingIncomeLoss",),
    "Net income": ("NetIncomeLoss", "ProfitLoss"),
    "Diluted earnings per share": ("EarningsPerShareDiluted",),
    "Research and development expense": ("ResearchAndDevelopmentExpense",),
    "Operating cash flow": ("NetCashProvidedByUsedInOperatingActivities",),
    "Total assets": ("Assets",),
    "Total liabilities": ("Liabilities",),
    "Equity": ("StockholdersEquity",),
    "Long-term debt": ("LongTermDebtNoncurrent", "LongTermDebt"),
    "Cash": ("CashAndCashEquivalentsAtCarryingValue",),
}
# The endings of names that people leave out.
LEGAL = re.compile(
    r"[,.]|\b(?:inc|corp|corporation|co|company|ltd|limited|plc|holdings?|group|the|n\.?v|s\.?a)\b"
    r"|/.*$",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z0-9&]+")
PERIODS, MOST_COMPANIES, HEAD = 12, 3, 24


class Company(Shape):
    cik_str: int
    ticker: str
    title: str


class Value(Shape):
    """`start` is missing for what is so at a date, such as assets; `fp` is FY, Q1, Q2, Q3."""

    end: str
    val: Decimal
    start: str | None = None
    form: str = ""
    filed: str = ""
    fp: str | None = ""


class Concept(Shape):
    entityName: str
    tag: str = ""
    label: str | None = ""
    units: Mapping[str, tuple[Value, ...]]

    @property
    def values(self) -> list[Value]:
        return [one for values in self.units.values() for one in values]


@dataclass(frozen=True)
class EdgarFacts:
    base: str
    directory: str
    agent: str
    name: str = "edgar_facts"
    label: str = "SEC EDGAR company facts"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """The facts of the companies that the question names; none named, none found."""
        ask = self._asking(f"{self.directory}/files/company_tickers.json")
        companies = await asked_json(self.label, ask, dict[str, Company], door, egress)
        text = f"{search.query} {search.subject}"
        # Beside the loop: there are ten thousand names.
        matching = await asyncio.to_thread(named, text, list(companies.values()))
        chosen = matching[: min(search.limit, MOST_COMPANIES)]
        facts = [(one, await self._facts(one, door, egress)) for one in chosen]
        told = [(one, known) for one, known in facts if known]
        return [self._found(*pair, rank) for rank, pair in enumerate(told, 1)]

    async def _facts(self, company: Company, door: Door, egress: Egress) -> dict[str, Concept]:
        """One concept at a time: all facts of a large company are too many to read at once."""
        facts = {}
        for label, names in CONCEPTS.items():
            found = [await self._concept(company, name, door, egress) for name in names]
            if there := [one for one in found if one and one.values]:
                facts[label] = max(there, key=_newest)
        return facts

    async def _concept(
        self, company: Company, name: str, door: Door, egress: Egress
    ) -> Concept | None:
        """None where the company has never reported it."""
        place = f"{self.base}/api/xbrl/companyconcept/CIK{company.cik_str:010d}"
        try:
            ask = self._asking(f"{place}/us-gaap/{name}.json")
            return await asked_json(self.label, ask, Concept, door, egress)
        except ProviderFailed as failed:
            if failed.code != "bad_query":
                raise
            return None

    def _asking(self, url: str) -> Ask:
        return asking(url, self.agent).model_copy(update={"fresh_seconds": DAY})

    def _found(self, company: Company, facts: Mapping[str, Concept], rank: int) -> Found:
        name = next(iter(facts.values())).entityName
        title = f"{name}: reported figures (XBRL company facts)"
        lines = [line for label, one in facts.items() for line in _lines(label, one)]
        return Found(
            provider=self.name,
            kind=Kind.DATA,
            rank=rank,
            title=title,
            url=f"{self.directory}/cgi-bin/browse-edgar?action=getcompany&CIK={company.cik_str}",
            authors=(name,),
            publisher="U.S. Securities and Exchange Commission",
            published_on=day(max(one.filed for fact in facts.values() for one in fact.values)),
            language="en",
            text="\n\n".join([title, *lines]) + "\n",
        )


def _newest(concept: Concept) -> str:
    return max(one.end for one in concept.values)


def named(text: str, companies: Sequence[Company]) -> list[Company]:
    """The companies whose name or ticker stands in a text, in the order of the directory.

    A ticker counts from three capitals on: "IT" and "ALL" are words.
    """
    words = _words(text)
    folded, single = f" {' '.join(words)} ", {one for one in words if len(one) > 2}
    tickers = set(re.findall(r"\b[A-Z]{3,5}\b", text))
    seen: dict[int, Company] = {}
    for one in companies:
        # Few of ten thousand share a first word with the text: the others are passed over.
        if one.ticker in tickers or single.intersection(_words_of_head(one.title)):
            name = " ".join(_words(one.title))
            if one.ticker in tickers or (len(name) > 3 and f" {name} " in folded):
                seen.setdefault(one.cik_str, one)
    return list(seen.values())


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9&]+", LEGAL.sub(" ", text.casefold()))


def _words_of_head(title: str) -> list[str]:
    return WORD.findall(title.casefold(), 0, HEAD)


def _lines(label: str, concept: Concept) -> Iterator[str]:
    """Plain sentences, because these are what figures are read from and what can be quoted."""
    company = " ".join(LEGAL.sub(" ", concept.entityName).split())
    for values in concept.units.values():
        for one in _latest(values):
            when = f"in the {_length(one)} ended" if one.start else "as of"
            yield (
                f"{label} of {company} was {dollars(one.val)} {when} {_long(one.end)},"
                " as it reported to the SEC."
            )


def dollars(value: Decimal) -> str:
    """ "$412.6 million", "-$1.51 billion", "$0.39"; no digit is rounded away."""
    sign, size = "-" if value < 0 else "", abs(value)
    for unit, name in ((Decimal(10**9), " billion"), (Decimal(10**6), " million")):
        if size >= unit:
            return f"{sign}${(size / unit).normalize():f}{name}"
    return f"{sign}${size:,f}"


def _latest(values: Sequence[Value]) -> list[Value]:
    """The last periods, the newest first; of a period that was reported again, the last word."""
    periods = {(one.start, one.end): one for one in sorted(values, key=lambda one: one.filed)}
    return [periods[key] for key in sorted(periods, key=lambda key: key[1], reverse=True)][:PERIODS]


def _length(value: Value) -> str:
    start, end = day(value.start), day(value.end)
    months = round((end - start).days / 30.4) if start and end else 0
    return {3: "quarter", 12: "fiscal year"}.get(months, f"{months} months")


def _long(text: str) -> str:
    found = day(text) or date.min
    return f"{found:%B} {found.day}, {found.year}"


def configured() -> EdgarFacts:
    directory = base("edgar_archive", "https://www.sec.gov")
    return EdgarFacts(base("edgar_facts", "https://data.sec.gov"), directory, agent())
