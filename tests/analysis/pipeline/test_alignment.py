"""The same numbers and words, and still something else."""

import pytest

from analysis.pipeline import alignment
from analysis.pipeline.verify import check
from analysis.types import Verdict

SAID = (
    "Revenue rose 8% to $21 million from $19 million, while operating costs fell 3% to $9 million"
    " and the plant in Lyon did not reach its planned output."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Revenue rose 8% to $19 million from $21 million.",
        "Revenue rose 3% to $21 million.",
        "Operating costs rose 3% to $9 million.",
        "Revenue fell 8% to $21 million from $19 million.",
        "Operating costs did not fall to $9 million.",
        "The plant in Lyon did reach its planned output.",
        "Revenue did not rise to $21 million.",
    ],
)
def test_words_in_the_wrong_place_are_a_contradiction(claim: str) -> None:
    assert check(claim, [SAID], "en").verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    "claim",
    [
        "Revenue rose 8% to $21 million.",
        "Operating costs fell 3%, to $9 million.",
        "Revenue rose to $21 million while operating costs fell to $9 million.",
        "The plant in Lyon did not reach the output that was planned.",
        "From $19 million, revenue rose by 8% to $21 million.",
    ],
)
def test_the_same_said_otherwise_is_supported(claim: str) -> None:
    assert check(claim, [SAID], "en").verdict is Verdict.SUPPORTED, check(claim, [SAID], "en")


def test_a_negation_in_an_aside_denies_nothing() -> None:
    said = "Sales of meters (not counting spare parts) rose to 400 in Lyon."
    assert alignment.denied("Sales of meters rose to 400 in Lyon.", said) == ""


def test_two_negations_are_none() -> None:
    said = "There were no changes in the controls of the company during the second quarter."
    claim = "There were not no changes in the controls of the company during the quarter."

    assert check(claim, [said], "en").verdict is Verdict.CONTRADICTED
    assert alignment.denied("It was not without risk.", "They say it was not without risk.") == ""
