"""What a run will take: calls, tokens, money and minutes, each from the least to the most.

The most is what the sizes of questions and answers allow, with every claim in doubt and said
anew; the least is what careful answers of half that size take, with none. Minutes are those of
the longest chain of calls, at the paces of a quick and of a slow server.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from analysis.analysts.budgeting import (
    CHARACTERS_PER_TOKEN,
    CLAIM_TOKENS,
    CLAIMS_A_CALL,
    FIXED_TOKENS,
    PASSAGE,
    PROMPT,
    SECTIONS_A_CALL,
    SENTENCE,
    TEXTS_A_CALL,
    VERDICT_TOKENS,
    Sizes,
)
from analysis.capabilities import Model
from analysis.pipeline.process import COMPARED
from analysis.types import Brief, Estimate

AT_ONCE = 8
# Answers, sentences and prompts are smaller than they may be; questions find the same sentences.
LEAST = Decimal("0.4")
SENTENCE_CHARACTERS = 160
# Seconds to the first token and tokens a second, of a quick server and of a slow one.
QUICK, SLOW = (0.3, 120.0), (4.0, 20.0)
PLAIN_SECONDS = (0.05, 2.0)


class Load(NamedTuple):
    """Calls of one role: how many, the most tokens in and out of each, how many wait in a row."""

    role: str
    calls: int
    tokens_in: int
    tokens_out: int
    in_a_row: int = 1
    is_sure: bool = True


def estimate(brief: Brief, models: Mapping[str, Model], *, questions: int = 0) -> Estimate:
    """The estimate of a run by its models; `questions` of the plan, where there is one."""
    sizes = Sizes(brief, models["writer"])
    loads = _loads(sizes, models, questions)
    sure = [load for load in loads if load.is_sure]
    return Estimate(
        calls_least=sum(load.calls for load in sure),
        calls_most=sum(load.calls for load in loads),
        tokens_least=int(sum(_tokens(load) for load in sure) * LEAST),
        tokens_most=sum(_tokens(load) for load in loads),
        cost_least=sum((_cost(load, models) for load in sure), Decimal(0)) * LEAST,
        cost_most=sum((_cost(load, models) for load in loads), Decimal(0)),
        minutes_least=_minutes(sure, QUICK, float(LEAST)),
        minutes_most=_minutes(loads, SLOW, 1.0),
        is_priced=all(models[load.role].is_priced for load in loads),
    )


def without_model(brief: Brief) -> Estimate:
    """Of a run that asks no model: nothing but a little time for each document."""
    count = 1 + len(brief.documents)
    least, most = (round(seconds * count / 60, 2) for seconds in PLAIN_SECONDS)
    return Estimate(
        calls_least=0,
        calls_most=0,
        tokens_least=0,
        tokens_most=0,
        cost_least=Decimal(0),
        cost_most=Decimal(0),
        minutes_least=least,
        minutes_most=most,
        is_priced=True,
    )


def _loads(sizes: Sizes, models: Mapping[str, Model], questions: int) -> list[Load]:
    """All calls of a run; those of doubt may be none."""
    thought = _thought(sizes, models, questions)
    asked = questions or len(sizes.brief.template.sections) * sizes.depth.questions
    return [*thought, *_compared(asked)] if "embeddings" in models else thought


def _compared(questions: int) -> list[Load]:
    """The vectors of questions and passages: at least one call, more the more there is to read."""
    calls = _parts(questions * (1 + COMPARED), TEXTS_A_CALL)
    tokens = TEXTS_A_CALL * PASSAGE
    first, rest = Load("embeddings", 1, tokens, 0), calls - 1
    return [first, Load("embeddings", rest, tokens, 0, _waves(rest), is_sure=False)]


def _thought(sizes: Sizes, models: Mapping[str, Model], questions: int) -> list[Load]:
    """The calls of those who think, in the order of the run."""
    sections = sizes.brief.template.sections
    count = len(sections)
    asked = questions or count * sizes.depth.questions
    batch = sizes.read_characters(models["reader"])
    batches = _parts(asked * sizes.read * SENTENCE_CHARACTERS, batch)
    held = int(batch / CHARACTERS_PER_TOKEN)
    claims = [sizes.claims(section) for section in sections]
    written = max((sizes.section(section) for section in sections), default=0)
    doubts = sum(_parts(one, CLAIMS_A_CALL) for one in claims)
    shown = PROMPT + CLAIMS_A_CALL * SENTENCE * 2
    chosen = sizes.choice(asked, held // SENTENCE)
    judged, anew = (FIXED_TOKENS + CLAIMS_A_CALL * each for each in (VERDICT_TOKENS, CLAIM_TOKENS))
    return [
        Load("planner", _parts(count, SECTIONS_A_CALL), PROMPT, sizes.plan(SECTIONS_A_CALL)),
        Load("reader", batches, PROMPT + held, chosen, _waves(batches)),
        Load("writer", count, PROMPT + max(claims) * SENTENCE, written, _waves(count)),
        Load("writer", 1, PROMPT + 2 * sizes.depth.summary * SENTENCE, sizes.summary),
        Load("verifier", doubts, shown, judged, is_sure=False),
        Load("writer", doubts, shown, anew, is_sure=False),
    ]


def _parts(amount: int, size: int) -> int:
    return max(1, -(-amount // size))


def _waves(calls: int) -> int:
    return _parts(calls, AT_ONCE)


def _tokens(load: Load) -> int:
    return load.calls * (load.tokens_in + load.tokens_out)


def _cost(load: Load, models: Mapping[str, Model]) -> Decimal:
    price = models[load.role].price
    return load.calls * price.of(tokens_in=load.tokens_in, tokens_out=load.tokens_out)


def _minutes(loads: list[Load], pace: tuple[float, float], share: float) -> float:
    first, rate = pace
    seconds = sum(load.in_a_row * (first + share * load.tokens_out / rate) for load in loads)
    return round(seconds / 60, 2)
