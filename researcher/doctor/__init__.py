"""Says in plain words what is wrong with a deployment and what to do about it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from researcher.doctor import host, outside, rows, servers
from researcher.doctor.finding import Finding, Level, error
from researcher.kit.traces import kind

Look = Callable[[], Iterable[Finding]]


class Told(NamedTuple):
    """A finding, and the part of the deployment that it is about."""

    part: str
    finding: Finding


LOOKS: tuple[tuple[str, Look], ...] = (
    ("settings", host.settings_are_meant),
    ("web", host.web),
    ("providers", outside.providers_that_are_on),
    ("storage", host.storage),
    ("disk", host.disk),
    ("fonts", host.fonts),
    ("children", host.children),
    ("port", host.port),
    ("redis", servers.redis),
    ("database", servers.database),
)
# These need a database that answers and has its tables.
LOOKS_AT_TABLES: tuple[tuple[str, Look], ...] = (
    ("worker", rows.worker),
    ("templates", rows.templates),
    ("runs", rows.runs),
    ("uploads", rows.uploads),
)
EXIT_CODES: dict[Level, int] = {"ok": 0, "warning": 1, "error": 2}


def examined() -> Iterator[Told]:
    """One finding or more for each part, as they are found."""
    yield from _told(LOOKS)
    if servers.has_tables():
        yield from _told(LOOKS_AT_TABLES)


def _told(looks: Iterable[tuple[str, Look]]) -> Iterator[Told]:
    for part, look in looks:
        try:
            findings = list(look())
        except Exception as failure:  # no part keeps us from looking at the others
            what = f"It could not be looked at: {kind(failure)}: {failure}"
            findings = [error(what, "Mend this first, then ask the doctor again.")]
        for finding in findings:
            yield Told(part, finding)


def worst(told: Iterable[Told]) -> Level:
    levels: list[Level] = [one.finding.level for one in told]
    return max(levels, key=lambda level: EXIT_CODES[level], default="ok")
