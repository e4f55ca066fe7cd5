"""What is said to a model: the messages so far, and those that ask for more or for better."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ValidationError

from analysis.purchases import NOTHING, Answer, Bound

# What is told, piece by piece, of an answer while it is written.
Heard = Callable[[str], Awaitable[None]]
Message = Mapping[str, str]

LONGEST_COMPLAINT = 4000
GO_ON = "Your answer was cut. Give what is missing, in the same form, and repeat nothing."


@dataclass(frozen=True)
class Exchange:
    """What is being asked: the messages so far, how often it was repaired, where it belongs."""

    answer: type[BaseModel]
    messages: tuple[Message, ...]
    section: str = ""
    most: int = 0
    keep: Bound = NOTHING
    repair: int = 0
    heard: Heard | None = None

    def after(self, *messages: Message, repair: int = 0) -> "Exchange":
        return replace(self, messages=(*self.messages, *messages), repair=repair)


def go_on(part: BaseModel) -> Sequence[Message]:
    return (
        {"role": "assistant", "content": part.model_dump_json()},
        {"role": "user", "content": GO_ON},
    )


def complaint(given: str, error: ValidationError) -> Sequence[Message]:
    """What the model said, and what was wrong with it."""
    wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
    return (
        {"role": "assistant", "content": given[:LONGEST_COMPLAINT]},
        {"role": "user", "content": f"That is not valid: {wrong}. Answer again, only with JSON."},
    )


def outcome(given: Answer) -> str:
    """Why an answer is none, or not whole; "" for one that is to be read."""
    if given.finish_reason in ("refusal", "content_filter"):
        return given.finish_reason
    if given.finish_reason == "length":
        return "cut"
    return "" if given.value.strip() else "empty"
