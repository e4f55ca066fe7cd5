"""World Bank: indicators of countries as series (datahelpdesk.worldbank.org, API v2)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Annotated, Any, TypeVar

from pydantic import Field
from pydantic_core import to_json

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, address, as_json, asked, base, day, plain
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

T = TypeVar("T")
Array = Annotated[list[Any], Field(min_length=1)]
DAY = 86_400.0
# The words of a question, and the series that answers them.
INDICATORS = (
    (r"gdp per capita|income per (?:head|capita)", "NY.GDP.PCAP.CD"),
    (r"gdp growth|economic growth|growth of gdp", "NY.GDP.MKTP.KD.ZG"),
    (r"gdp|gross domestic product|economy|economic output", "NY.GDP.MKTP.CD"),
    (r"inflation|consumer prices?|cpi", "FP.CPI.TOTL.ZG"),
    (r"unemploy\w+|jobless", "SL.UEM.TOTL.ZS"),
    (r"population growth", "SP.POP.GROW"),
    (r"population|inhabitants|demograph\w+", "SP.POP.TOTL"),
    (r"urban\w*", "SP.URB.TOTL.IN.ZS"),
    (r"life expectancy", "SP.DYN.LE00.IN"),
    (r"exports?", "NE.EXP.GNFS.ZS"),
    (r"imports?", "NE.IMP.GNFS.ZS"),
    (r"trade", "NE.TRD.GNFS.ZS"),
    (r"foreign direct investment|fdi", "BX.KLT.DINV.WD.GD.ZS"),
    (r"public debt|government debt", "GC.DOD.TOTL.GD.ZS"),
    (r"interest rates?|lending rates?", "FR.INR.LEND"),
    (r"poverty", "SI.POV.DDAY"),
    (r"inequality|gini", "SI.POV.GINI"),
    (r"internet", "IT.NET.USER.ZS"),
    (r"mobile (?:phones?|subscriptions?)", "IT.CEL.SETS.P2"),
    (r"electricity", "EG.ELC.ACCS.ZS"),
    (r"renewables?|renewable energy", "EG.FEC.RNEW.ZS"),
    (r"co2|carbon emissions?|emissions?", "EN.GHG.CO2.MT.CE.AR5"),
    (r"health (?:spending|expenditure)", "SH.XPD.CHEX.GD.ZS"),
    (r"education (?:spending|expenditure)", "SE.XPD.TOTL.GD.ZS"),
    (r"agricultur\w+|farm\w*", "NV.AGR.TOTL.ZS"),
    (r"manufactur\w+", "NV.IND.MANF.ZS"),
    (r"tourism|tourists?", "ST.INT.ARVL"),
)
# How people call what the World Bank lists by another name.
ALSO = {
    "USA": ("united states of america", "america"),
    "GBR": ("uk", "britain", "great britain"),
    "KOR": ("south korea", "korea"),
    "RUS": ("russia",),
    "EGY": ("egypt",),
    "IRN": ("iran",),
    "VEN": ("venezuela",),
    "TUR": ("turkey",),
    "VNM": ("vietnam",),
    "CZE": ("czech republic",),
    "SVK": ("slovakia",),
    "HKG": ("hong kong",),
    "ARE": ("uae", "emirates"),
    "EMU": ("eurozone",),
}
MOST_COUNTRIES, MOST_SERIES, YEARS = 4, 6, 20


class Country(Shape):
    id: str
    name: str


class Named(Shape):
    id: str = ""
    value: str = ""


class Point(Shape):
    indicator: Named
    country: Named
    date: str
    value: Decimal | None = None


class Head(Shape):
    """What stands before the rows, or alone where the request was refused, still with 200."""

    lastupdated: str | None = None
    message: tuple[Mapping[str, str], ...] | None = None


@dataclass(frozen=True)
class WorldBank:
    base: str
    name: str = "world_bank"
    label: str = "World Bank"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """The series that the question names of the countries that it names, else of the world."""
        text = f"{search.query} {search.subject}".casefold()
        wanted = indicators(text)
        if not wanted:
            return []
        countries = named(text, await self._countries(door, egress)) or ["WLD"]
        pairs = list(product(wanted, countries[:MOST_COUNTRIES]))[: min(search.limit, MOST_SERIES)]
        series = [await self._series(*one, door, egress) for one in pairs]
        there = [one for one in series if one]
        return [one.model_copy(update={"rank": rank}) for rank, one in enumerate(there, 1)]

    async def _countries(self, door: Door, egress: Egress) -> Sequence[Country]:
        url = address(f"{self.base}/v2/country", format="json", per_page=400)
        return (await self._rows(url, tuple[Country, ...], door, egress))[1]

    async def _series(
        self, indicator: str, country: str, door: Door, egress: Egress
    ) -> Found | None:
        place = f"{self.base}/v2/country/{country}/indicator/{indicator}"
        url = address(place, format="json", per_page=YEARS)
        head, points = await self._rows(url, tuple[Point, ...], door, egress)
        told = [one for one in points if one.value is not None]
        return _found(indicator, country, told, head) if told else None

    async def _rows(self, url: str, shape: type[T], door: Door, egress: Egress) -> tuple[Head, T]:
        """An answer is an array of a head and rows; of a head alone when it was refused."""
        ask = Ask(url=url, conduct=False, every_seconds=0.1, fresh_seconds=DAY)
        content = await asked(self.label, ask, door, egress)
        first, *rest = as_json(self.label, content, Array)
        head = self._shaped(first, Head)
        if head.message or not rest:
            raise ProviderFailed("bad_query", "World Bank did not accept the question.")
        return head, self._shaped(rest[0] or (), shape)

    def _shaped(self, part: Any, shape: type[T]) -> T:
        return as_json(self.label, to_json(part), shape)


def indicators(text: str) -> list[str]:
    """The series that a casefolded text speaks of; "GDP growth" is not also "GDP"."""
    found = []
    for words, code in INDICATORS:
        text, count = re.subn(rf"\b(?:{words})\b", " ", text)
        if count:
            found.append(code)
    return found


def named(text: str, countries: Sequence[Country]) -> list[str]:
    """The codes of the countries that a casefolded text names, the first named first."""
    places: dict[str, int] = {}
    for one in countries:
        for name in (one.name.casefold(), *ALSO.get(one.id, ())):
            if match := re.search(rf"\b{re.escape(name)}\b", text):
                places.setdefault(one.id, match.start())
    return sorted(places, key=lambda code: places[code])


def _found(indicator: str, country: str, points: Sequence[Point], head: Head) -> Found:
    name, place = plain(points[0].indicator.value), plain(points[0].country.value)
    title = f"{name}: {place}"
    lines = [_sentence(one) for one in points]
    return Found(
        provider="world_bank",
        kind=Kind.DATA,
        rank=1,
        title=title,
        url=f"https://data.worldbank.org/indicator/{indicator}?locations={points[0].country.id}",
        snippet=lines[0],
        publisher="World Bank",
        authors=("World Bank",),
        published_on=day(head.lastupdated),
        language="en",
        text="\n\n".join([title, *lines]) + "\n",
    )


def _sentence(point: Point) -> str:
    """ "GDP growth of Poland was 2.94% in 2024, ...": figures are read from plain sentences."""
    name, _, measure = plain(point.indicator.value).replace(", total", "").partition(" (")
    number = _figure(point.value or Decimal(0))
    sign, size = ("-", number[1:]) if number.startswith("-") else ("", number)
    if "US$" in measure:
        size = f"${size}"
    elif "%" in measure:
        size = f"{size}%{_of(measure)}"
    return (
        f"{name} of {plain(point.country.value)} was {sign}{size} in {point.date},"
        " as the World Bank reports it, rounded."
    )


def _of(measure: str) -> str:
    """ " of GDP" for "% of GDP)"."""
    return f" {measure.strip('()% ')}" if measure.startswith("% of ") else ""


def _figure(value: Decimal) -> str:
    """Without the noise behind the digits that mean something."""
    for unit, name in ((Decimal(10**9), " billion"), (Decimal(10**6), " million")):
        if abs(value) >= unit:
            return f"{value / unit:,.3f}{name}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.2f}"


def configured() -> WorldBank:
    return WorldBank(base("world_bank", "https://api.worldbank.org"))
