"""What of a run could not be done as asked, said in one sentence for each kind."""

from analysis.types import Shortfall

WHY = {
    "budget_spent": "the budget of this analysis was used up",
    "user_budget_spent": "what one user may spend in a day was used up",
    "daily_budget_spent": "what this deployment may spend in a day was used up",
    "refusal": "the model refused to answer",
    "content_filter": "a filter of the model's provider held back the answer",
    "empty": "the model gave an empty answer",
    "cut": "the answers of the model were cut off",
    "invalid_answer": "the model gave no valid answer",
    "wrong_language": "the model kept to another language",
    "too_long": "the question did not fit the window of the model",
}
INSTEAD = {
    "planner": "the template's own questions were asked",
    "reader": "sentences were chosen by their rank alone",
    "embeddings": "passages were ranked by their words alone",
    "writer": "the sources are quoted and not summarised",
    "verifier": "claims in doubt were not read a second time",
    "rewriter": "claims that did not hold were dropped and not said anew",
    "language": "parts of this report are not in the language that was asked for",
    "summary": "the summary quotes the report",
}


class Shortfalls:
    """Collected while several things are done at once; told in an order of its own."""

    def __init__(self) -> None:
        self._found: set[tuple[str, str, str]] = set()

    def add(self, code: str, role: str, section: str = "") -> None:
        why = WHY.get(code, f"the model gave no answer ({code})")
        self._found.add((code, f"{why}, so {INSTEAD[role]}.", section))

    def taken(self) -> tuple[Shortfall, ...]:
        """All since the last time."""
        found, self._found = sorted(self._found), set()
        return tuple(
            Shortfall(code=code, detail=detail, section=key) for code, detail, key in found
        )
