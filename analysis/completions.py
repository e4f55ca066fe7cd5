"""What a model server answers, as far as it is read here: a chat completion, or a piece of one.

Source: OpenAI API reference, "The chat completion object" and "The chat completion chunk object".
"""

from typing import Any

from pydantic import BaseModel, NonNegativeInt, ValidationError


class Text(BaseModel):
    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """`message` has the whole text, `delta` the next part of a stream."""

    message: Text | None = None
    delta: Text | None = None
    finish_reason: str | None = None


class Details(BaseModel):
    cached_tokens: NonNegativeInt | None = None


class Usage(BaseModel):
    prompt_tokens: NonNegativeInt | None = None
    completion_tokens: NonNegativeInt | None = None
    prompt_tokens_details: Details | None = None

    @property
    def cached(self) -> int:
        return (self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens) or 0


class Completion(BaseModel):
    """`choices` is empty in the piece of a stream that tells the usage."""

    choices: list[Choice] | None = None
    usage: Usage | None = None
    error: Any = None

    @property
    def choice(self) -> Choice:
        return self.choices[0] if self.choices else Choice()


def whole(raw: bytes) -> Completion:
    """A completion that came in one. Raises ValueError for anything else."""
    done = piece(raw)
    if done.choices is None:
        raise ValueError("That is no chat completion: it has no choices.")
    return done


def piece(raw: bytes) -> Completion:
    """A completion, or one event of its stream. Raises ValueError, also for an error told in it."""
    try:
        done = Completion.model_validate_json(raw)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(map(str, wrong["loc"]))
        raise ValueError(f"That is no chat completion: {where or 'it'}: {wrong['msg']}") from error
    if done.error:
        raise ValueError(str(done.error)[:200])
    return done
