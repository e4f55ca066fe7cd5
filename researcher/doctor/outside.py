"""How far out analyses may reach, and where they search."""

from collections.abc import Iterator

from django.conf import settings

from analysis.sources import providers
from researcher.doctor.finding import Finding, error, warning, well


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
    contact = "" if settings.CONTACT_EMAIL else " CONTACT_EMAIL would have us served better."
    yield well(f"Searched, where an analysis may reach out: {', '.join(there)}.{contact}")


def _unknown(setting: str) -> Iterator[Finding]:
    known = {*providers.PROVIDERS, "edgar_archive"}
    if wrong := sorted(set(getattr(settings, setting)) - known):
        advice = f"There are: {', '.join(providers.PROVIDERS)}."
        yield error(f"{setting} names no provider: {', '.join(wrong)}.", advice)
