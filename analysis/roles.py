"""Which model plays which role in a run, and so what the run will take."""

from django.conf import settings

from analysis import capabilities
from analysis.analysts import estimate as estimating
from analysis.capabilities import Model
from analysis.search_costs import with_searches
from analysis.types import Brief, Estimate

THINKING = ("planner", "reader", "writer", "verifier")
EMBEDDINGS = "embeddings"


def model(role: str, brief: Brief) -> Model:
    """The model that the template or else the settings choose for a role, and its facts."""
    name = brief.template.model_of(role) or settings.MODELS[role]
    return capabilities.known(name, settings.OPENAI_BASE_URL, settings.MODEL_FACTS)


def estimate(analyst: str, brief: Brief, *, questions: int = 0) -> Estimate:
    """What a run will take that this analyst thinks for; `questions` of its plan, if any."""
    return with_searches(_thinking(analyst, brief, questions), brief, questions=questions)


def _thinking(analyst: str, brief: Brief, questions: int) -> Estimate:
    if analyst != "model":
        return estimating.without_model(brief)
    models = {role: model(role, brief) for role in (*THINKING, EMBEDDINGS)}
    if not models[EMBEDDINGS].name:
        del models[EMBEDDINGS]
    return estimating.estimate(brief, models, questions=questions)
