"""How far out analyses may reach, and where they search."""

from collections.abc import Iterable, Iterator

from django.conf import settings

from analysis.sources import providers
from analysis.sources.providers.prices import price, price_source
from researcher.doctor.finding import Finding, error, warning, well

# What is better served when it is set.
HINTS = {
    "CONTACT_EMAIL": "CONTACT_EMAIL would have us served better.",
    "OPENALEX_API_KEY": "Without OPENALEX_API_KEY (free) OpenAlex answers few searches a day.",
}


def providers_that_are_on() -> Iterator[Finding]:
    """Which providers are asked; names in the settings that are none of a provider."""
    for setting in ("PROVIDERS_OFF", "PROVIDER_URLS", "SEARCH_PRICES"):
        yield from _unknown(setting)
    if settings.EGRESS == "documents":
        yield well("No analysis may reach out (EGRESS=documents).")
        return
    there = providers.available()
    if not there:
        what = f"Analyses may reach out (EGRESS={settings.EGRESS}), and no provider is on."
        yield warning(what, "Take some names out of PROVIDERS_OFF, or set EGRESS=documents.")
        return
    better = " ".join(hint for name, hint in HINTS.items() if not getattr(settings, name))
    yield well(f"Searched, where an analysis may reach out: {', '.join(there)}. {better}".strip())
    yield from _prices(there)


def _prices(names: Iterable[str]) -> Iterator[Finding]:
    """What the paid ones are taken to cost, and who says so."""
    told = [f"{name} {price(name)} ({price_source(name)})" for name in names if price(name)]
    if told:
        yield well(f"A search costs (US dollars; SEARCH_PRICES says otherwise): {'; '.join(told)}.")


def _unknown(setting: str) -> Iterator[Finding]:
    known = {*providers.PROVIDERS, "edgar_archive"}
    if wrong := sorted(set(getattr(settings, setting)) - known):
        advice = f"There are: {', '.join(providers.PROVIDERS)}."
        yield error(f"{setting} names no provider: {', '.join(wrong)}.", advice)
