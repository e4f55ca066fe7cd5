"""Risks and recommendations say what their words say, and nothing that they do not."""

import pytest

from analysis.pipeline.facets import described
from analysis.types import Finding, FindingKind, Impact, Likelihood, Risk


def finding(text: str, kind: FindingKind = FindingKind.RISK) -> Finding:
    return Finding(id="f", section="s", text=text, kind=kind, quotes=("q",))


def test_a_risk_has_the_likelihood_impact_trigger_and_owner_of_its_words() -> None:
    text = (
        "Delays could materially reduce sales if the permit is refused; "
        "the loss is borne by the distributor."
    )
    assert described(finding(text), []).risk == Risk(
        likelihood=Likelihood.POSSIBLE,
        impact=Impact.MATERIAL,
        trigger="if the permit is refused",
        owner="the distributor",
    )


def test_what_the_claim_does_not_say_its_quotes_may() -> None:
    quotes = ["Such an outage is unlikely, but its effect would be severe."]
    risk = described(finding("An outage stops deliveries."), quotes).risk
    assert risk == Risk(likelihood=Likelihood.UNLIKELY, impact=Impact.SEVERE)


def test_what_nobody_says_stays_empty() -> None:
    assert (
        described(finding("Hail damages drip lines."), ["Hail damages drip lines."]).risk == Risk()
    )


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        (
            "Pilot the sensors, provided that a dealer is found.",
            ("provided that a dealer is found",),
        ),
        ("Enter the market unless tariffs rise.", ("unless tariffs rise",)),
        ("Hire two agronomists.", ()),
    ],
)
def test_a_recommendation_has_the_conditions_under_which_it_holds(text, conditions) -> None:
    made = described(finding(text, FindingKind.RECOMMENDATION), [text])
    assert made.conditions == conditions


def test_a_fact_has_neither() -> None:
    made = described(finding("Sales may fall if it rains.", FindingKind.FACT), [])
    assert (made.risk, made.conditions) == (None, ())
