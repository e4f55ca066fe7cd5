"""What planning leaves: the questions that the sources are asked, and what that will take."""

import hashlib
import json
from decimal import Decimal

from analysis.types.asked import Shortfall, Used
from researcher.kit.frozen import Frozen


class Question(Frozen):
    """One thing to find out for one section; `query` is what the ranking searches for.

    `evidence` says in a few words what would count as an answer.
    """

    key: str
    section: str
    text: str
    query: str
    evidence: str = ""


class Estimate(Frozen):
    """What a run will take, from the least to the most, said before anything is spent.

    `is_priced` is False where the price of a model is not known: its calls count as free.
    """

    calls_least: int
    calls_most: int
    tokens_least: int
    tokens_most: int
    cost_least: Decimal
    cost_most: Decimal
    minutes_least: float
    minutes_most: float
    is_priced: bool


class Plan(Frozen):
    """`prompts` is the hash of the prompts that the run began with, `approved` that of the plan
    as somebody approved it; both are empty where there is none."""

    questions: tuple[Question, ...]
    leave_out: tuple[str, ...] = ()
    estimate: Estimate | None = None
    prompts: str = ""
    approved: str = ""
    used: tuple[Used, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of what is approved, as canonical JSON: the questions and what is left out."""
        asked = [question.model_dump(mode="json") for question in self.questions]
        canonical = json.dumps([asked, list(self.leave_out)], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
