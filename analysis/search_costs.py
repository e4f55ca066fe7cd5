"""What searches add to the estimate of a run: the providers that cost, by what they are asked."""

from decimal import Decimal

from analysis import reach
from analysis.pipeline import plan, queries, searching
from analysis.sources import providers
from analysis.sources.providers.prices import price
from analysis.types import Brief, Estimate
from analysis.web_types import EgressMode


def with_searches(estimate: Estimate, brief: Brief, *, questions: int = 0) -> Estimate:
    """The estimate with the money for searches; `questions` of the plan, where there is one.

    At least the topic is searched once; at most every round asks all that it may.
    """
    each = sum((price(name) for name in _asked(brief)), Decimal(0))
    costs = {
        "cost_least": estimate.cost_least + each,
        "cost_most": estimate.cost_most + each * _most(brief, questions),
    }
    return estimate.model_copy(update=costs) if each else estimate


def _asked(brief: Brief) -> list[str]:
    """The providers that the run will ask."""
    there, mode = providers.available(), reach.within(brief.egress).mode
    if mode is EgressMode.DOCUMENTS:
        return []
    wanted = brief.providers if mode is EgressMode.HOSTS else brief.providers or tuple(there)
    return [name for name in wanted if name in there]


def _most(brief: Brief, questions: int) -> int:
    """How many searches one provider is asked, with all the rounds that there may be."""
    asked = questions or len(plan.questions(brief).questions)
    most = queries.QUERIES * plan.depth(brief).questions
    return min(most, 1 + asked) + searching.FURTHER * min(most // 2, asked)
