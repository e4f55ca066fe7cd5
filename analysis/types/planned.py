"""What planning leaves: the questions that the sources are asked."""

from analysis.types.asked import Shortfall
from researcher.kit.frozen import Frozen


class Question(Frozen):
    """One thing to find out for one section; `query` is what the ranking searches for."""

    key: str
    section: str
    text: str
    query: str


class Plan(Frozen):
    questions: tuple[Question, ...]
    shortfalls: tuple[Shortfall, ...] = ()
