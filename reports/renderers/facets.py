"""What is known of a risk or a recommendation beside its words, as one line."""

from collections.abc import Iterator

from analysis.types import Finding

BETWEEN = " \u00b7 "


def facets(finding: Finding) -> str:
    """ "Likelihood: likely · Impact: severe · Trigger: if prices fall"; "" where none is known."""
    return BETWEEN.join(f"{label}: {value}" for label, value in _known(finding) if value)


def _known(finding: Finding) -> Iterator[tuple[str, str]]:
    if risk := finding.risk:
        yield "Likelihood", risk.likelihood.value
        yield "Impact", risk.impact.value
        yield "Trigger", risk.trigger
        yield "Owner", risk.owner
    yield "Holds", "; ".join(finding.conditions)
