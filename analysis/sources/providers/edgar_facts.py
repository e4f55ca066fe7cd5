"""SEC EDGAR company facts: what a company reported, figure by figure (data.sec.gov/api/xbrl)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analysis.sources.door.types import Door, Egress
from analysis.sources.providers.asking import Shape, asked_json, base, day
from analysis.sources.providers.edgar import agent, asking
from analysis.sources.providers.types import Found, Kind, Search

DAY = 86_400.0
# The concepts that reports ask for, the first that a company uses of each row.
CONCEPTS = (
    ("RevenueFromContractWithCustomerExcludingAssessedTax", "Revenues", "SalesRevenueNet"),
    ("GrossProfit",),
    ("OperatingIncomeLoss",),
    ("NetIncomeLoss", "ProfitLoss"),
    ("EarningsPerShareDiluted",),
    ("ResearchAndDevelopmentExpense",),
    ("NetCashProvidedByUsedInOperatingActivities",),
    ("Assets",),
    ("Liabilities",),
    ("StockholdersEquity",),
    ("LongTermDebtNoncurrent", "LongTermDebt"),
    ("CashAndCashEquivalentsAtCarryingValue",),
)
# The endings of names that people leave out.
LEGAL = re.compile(
    r"[,.]|\b(?:inc|corp|corporation|co|company|ltd|limited|plc|holdings?|group|the|n\.?v|s\.?a)\b"
    r"|/.*$",
    re.IGNORECASE,
)
PERIODS = 12


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
    label: str | None = ""
    units: Mapping[str, tuple[Value, ...]]


class Facts(Shape):
    entityName: str
    facts: Mapping[str, Mapping[str, Concept]]


@dataclass(frozen=True)
class EdgarFacts:
    base: str
    directory: str
    agent: str
    name: str = "edgar_facts"
    label: str = "SEC EDGAR company facts"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """The facts of the companies that the question names; none named, none found."""
        ask = asking(f"{self.directory}/files/company_tickers.json", self.agent)
        ask = ask.model_copy(update={"fresh_seconds": DAY})
        companies = await asked_json(self.label, ask, dict[str, Company], door, egress)
        text = f"{search.query} {search.subject}"
        chosen = named(text, list(companies.values()))[: min(search.limit, 3)]
        return [await self._facts(one, rank, door, egress) for rank, one in enumerate(chosen, 1)]

    async def _facts(self, company: Company, rank: int, door: Door, egress: Egress) -> Found:
        url = f"{self.base}/api/xbrl/companyfacts/CIK{company.cik_str:010d}.json"
        ask = asking(url, self.agent).model_copy(update={"fresh_seconds": DAY})
        facts = await asked_json(self.label, ask, Facts, door, egress)
        lines = list(_lines(facts))
        filed = max((one.filed for one in _values(facts)), default="")
        title = f"{facts.entityName}: reported figures (XBRL company facts)"
        return Found(
            provider=self.name,
            kind=Kind.DATA,
            rank=rank,
            title=title,
            url=f"https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK={company.cik_str}",
            authors=(facts.entityName,),
            publisher="U.S. Securities and Exchange Commission",
            published_on=day(filed),
            language="en",
            text="\n".join([title, "", *lines]) + "\n" if lines else "",
        )


def named(text: str, companies: Sequence[Company]) -> list[Company]:
    """The companies whose name or ticker stands in a text, in the order of the directory.

    A ticker counts from three capitals on: "IT" and "ALL" are words.
    """
    folded = f" {' '.join(re.findall(r'[a-z0-9&]+', LEGAL.sub(' ', text.casefold())))} "
    tickers = set(re.findall(r"\b[A-Z]{3,5}\b", text))
    seen: dict[int, Company] = {}
    for one in companies:
        words = " ".join(re.findall(r"[a-z0-9&]+", LEGAL.sub(" ", one.title.casefold())))
        if (len(words) > 3 and f" {words} " in folded) or one.ticker in tickers:
            seen.setdefault(one.cik_str, one)
    return list(seen.values())


def _concepts(facts: Facts) -> Iterator[Concept]:
    known = facts.facts.get("us-gaap", {})
    for names in CONCEPTS:
        there = [known[name] for name in names if name in known]
        if there:
            yield max(there, key=lambda one: max(v.end for u in one.units.values() for v in u))


def _values(facts: Facts) -> Iterator[Value]:
    for concept in _concepts(facts):
        for values in concept.units.values():
            yield from values


def _lines(facts: Facts) -> Iterator[str]:
    for concept in _concepts(facts):
        for unit, values in concept.units.items():
            for one in _latest(values):
                span = f"{_length(one)} ended {_long(one.end)}" if one.start else _long(one.end)
                yield (
                    f"{facts.entityName} {concept.label}, {span}: {one.val:,f} {unit}"
                    f" ({one.form}, filed {one.filed})."
                )


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
