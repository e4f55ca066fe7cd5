"""One question to one role: its prompt filled and asked, and what a missing answer means."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from analysis.analysts.prompts import prompt
from analysis.exchanges import Heard
from analysis.journal import NOTHING, Bound, CallFailed, OverBudget
from analysis.llm import InvalidAnswer, Talk
from analysis.pipeline.errors import PipelineError, RunPaused
from analysis.pipeline.parallel import gathered

T = TypeVar("T", bound=BaseModel)
S = TypeVar("S")
R = TypeVar("R")

MEND = {
    "insufficient_quota": "The account of the model server has no credit left: add some.",
    "invalid_api_key": "The model server refuses the key: set OPENAI_API_KEY.",
    "model_not_found": "The model server does not know the model: set MODEL or OPENAI_BASE_URL.",
    "wrong_address": "No model server answers at this address: check the path of OPENAI_BASE_URL.",
    "bad_response": "What answers is no model server, or a broken one: check OPENAI_BASE_URL.",
    "unreachable": "The model server cannot be reached: check OPENAI_BASE_URL and that it runs.",
    "rate_limited": "The model server takes no more requests for now: wait, or ask for more.",
}
FAILING = "The model server failed several times ({code}): see whether it works."
REFUSED = "The model server did not accept the request ({code}): choose another model or server."


class Roles(NamedTuple):
    """One talk for each thing that a model is asked to be."""

    planner: Talk
    reader: Talk
    writer: Talk
    verifier: Talk


class Without(Exception):
    """There is no answer and there will be none: the work goes on without it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class TooLong(Exception):
    """The question does not fit the window of the model: ask less at a time."""


class Wish(NamedTuple):
    """A question besides its values: the prompt's name, the section, limits, who listens."""

    prompt: str
    section: str = ""
    most: int = 0
    keep: Bound = NOTHING
    heard: Heard | None = None


async def ask(talk: Talk, wish: Wish, answer: type[T], values: Mapping[str, str]) -> T:
    """The answer to a prompt. Raises Without, TooLong, and what ends or pauses the run."""
    asked = prompt(wish.prompt).filled(values)
    try:
        return await talk.ask(
            system=asked.system,
            user=asked.user,
            answer=answer,
            section=wish.section,
            most=wish.most,
            keep=wish.keep,
            heard=wish.heard,
        )
    except (OverBudget, InvalidAnswer) as none:
        raise Without(none.code) from none
    except CallFailed as failure:
        raise _outcome(failure) from failure


def _outcome(failure: CallFailed) -> Exception:
    if failure.code == "context_overflow":
        return TooLong(failure.detail)
    if failure.code == "content_filter":
        return Without(failure.code)
    sentence = MEND.get(failure.code)
    if sentence is None and failure.retry_after is not None:
        sentence = FAILING.format(code=failure.code)
    if sentence is not None:
        return RunPaused(failure.code, f"{sentence} Then resume the analysis.")
    return PipelineError(failure.code, REFUSED.format(code=failure.code))


async def in_parts(
    items: Sequence[S], ask_of: Callable[[Sequence[S]], Awaitable[R]]
) -> list[tuple[Sequence[S], R]]:
    """The answers for all items: asked at once, or for halves where that is too long."""
    try:
        return [(items, await ask_of(items))]
    except TooLong as error:
        if len(items) < 2:
            raise Without("too_long") from error
    middle = len(items) // 2
    halves = (items[:middle], items[middle:])
    answers = await gathered([partial(in_parts, half, ask_of) for half in halves])
    return [*answers[0], *answers[1]]


def evenly(items: Sequence[S], most: int) -> list[Sequence[S]]:
    """The items in as few parts as hold at most so many, all about as long."""
    count = max(1, -(-len(items) // most))
    return [items[len(items) * at // count : len(items) * (at + 1) // count] for at in range(count)]
