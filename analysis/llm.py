"""The one door to language models, and the only importer of openai.

Chat completions with a JSON schema, because every OpenAI-compatible server has them. Retries,
replays and budgets belong to the journal: the client itself never repeats a request.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import httpx2
import openai
from openai import AsyncOpenAI
from pydantic import BaseModel, ValidationError

from analysis.journal import Answer, Bound, CallFailed, Journal, Request

T = TypeVar("T", bound=BaseModel)
Client = AsyncOpenAI

# Tokenizers differ; English prose has about four bytes a token, so this errs on the high side.
BYTES_PER_TOKEN = 3.5
MESSAGE_TOKENS = 8
REPAIRS = 1

# Codes that stop the run until somebody has mended something: another attempt only costs.
PAUSING = frozenset({"insufficient_quota", "invalid_api_key", "model_not_found", "unreachable"})


@dataclass(frozen=True)
class Price:
    """Currency units a million tokens."""

    tokens_in: Decimal = Decimal(0)
    tokens_cached: Decimal = Decimal(0)
    tokens_out: Decimal = Decimal(0)

    def of(self, *, tokens_in: int, tokens_out: int, cached: int = 0) -> Decimal:
        fresh = self.tokens_in * (tokens_in - cached) + self.tokens_cached * cached
        return (fresh + self.tokens_out * tokens_out) / 1_000_000


@dataclass(frozen=True)
class Model:
    """A model by its name at the provider, and what is known of it."""

    name: str
    price: Price = Price()
    max_output: int = 4096


class InvalidAnswer(Exception):
    """The model did not keep to its schema, also when it was asked again."""


def client(*, base_url: str, api_key: str, seconds: float) -> Client:
    """A client of one event loop. It ignores proxies of the environment and never retries."""
    http = httpx2.AsyncClient(
        trust_env=False,
        timeout=httpx2.Timeout(seconds, connect=10.0),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
    )
    return AsyncOpenAI(
        base_url=base_url or None, api_key=api_key or "none", max_retries=0, http_client=http
    )


def tokens_of(text: str) -> int:
    """At most about how many tokens a text has."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


class Talk:
    """One model in one role, for one run: every question goes through the run's journal."""

    def __init__(self, ai: Client, journal: Journal, model: Model, *, role: str) -> None:
        self.ai, self.journal, self.model, self.role = ai, journal, model, role

    async def ask(self, *, system: str, user: str, answer: type[T], section: str = "") -> T:
        """The model's answer as an `answer`. One that breaks the schema is asked for once more.

        Raises InvalidAnswer, and the journal's CallFailed and OverBudget.
        """
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        for repair in range(REPAIRS + 1):
            request = self._request(messages, answer, section, repair)
            given = await self.journal.once(request, partial(self._send, request))
            try:
                return answer.model_validate_json(given.value)
            except ValidationError as error:
                await self.journal.reject(request, "invalid_answer")
                messages = [*messages, *_complaint(given.value, error)]
        raise InvalidAnswer(f"The {self.role} gave no valid {answer.__name__}.")

    def _request(
        self, messages: Sequence[Mapping[str, str]], answer: type[BaseModel], section: str, n: int
    ) -> Request:
        content = {
            "model": self.model.name,
            "messages": list(messages),
            "max_tokens": self.model.max_output,
            "temperature": 0,
            "response_format": {"type": "json_schema", "json_schema": _schema(answer)},
        }
        return Request(
            kind="model",
            content=content,
            bound=self._bound(content),
            role=self.role,
            model=self.model.name,
            section=section,
            repair=n,
        )

    def _bound(self, content: Mapping[str, Any]) -> Bound:
        asked = tokens_of(json.dumps([content["messages"], content["response_format"]]))
        asked += MESSAGE_TOKENS * len(content["messages"])
        cost = self.model.price.of(tokens_in=asked, tokens_out=self.model.max_output)
        return Bound(tokens=asked + self.model.max_output, cost=cost)

    async def _send(self, request: Request) -> Answer:
        """One HTTP request, its fault translated for the journal."""
        try:
            done = await self.ai.chat.completions.create(**request.content)
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except openai.APIConnectionError as error:
            raise _not_answered(error) from error
        except (json.JSONDecodeError, openai.APIError) as error:
            raise CallFailed("bad_response", str(error), maybe_paid=True, retry_after=0) from error
        return self._answer(done)

    def _answer(self, done: Any) -> Answer:
        choice = done.choices[0] if done.choices else None
        text = (choice.message.content or "") if choice else ""
        used = done.usage
        cached = (
            used and used.prompt_tokens_details and used.prompt_tokens_details.cached_tokens
        ) or 0
        tokens_in = used.prompt_tokens if used else 0
        tokens_out = used.completion_tokens if used else tokens_of(text)
        return Answer(
            value=text,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            tokens_cached=cached,
            cost=self.model.price.of(tokens_in=tokens_in, tokens_out=tokens_out, cached=cached),
            finish_reason=(choice.finish_reason or "cut") if choice else "empty",
        )


def _schema(answer: type[BaseModel]) -> dict[str, Any]:
    schema = _untitled(answer.model_json_schema())
    return {"name": answer.__name__, "strict": True, "schema": schema}


def _untitled(schema: Any) -> Any:
    """The schema without the titles and descriptions that pydantic adds: they cost tokens."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _untitled(part) for name, part in schema.items()}
    for name in ("title", "description"):
        if isinstance(plain.get(name), str):
            del plain[name]
    return plain


def _complaint(given: str, error: ValidationError) -> list[dict[str, str]]:
    """What the model said, and what was wrong with it."""
    wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
    return [
        {"role": "assistant", "content": given[:4000]},
        {"role": "user", "content": f"That is not valid: {wrong}. Answer again, only with JSON."},
    ]


def _refused(error: openai.APIStatusError) -> CallFailed:
    """An HTTP status as the journal understands it (platform.openai.com, guide to error codes)."""
    code, status = str(error.code or ""), error.status_code
    if status == 429 and code != "insufficient_quota":
        return CallFailed("rate_limited", error.message, maybe_paid=False, retry_after=_wait(error))
    if status >= 500:
        return CallFailed(f"http_{status}", error.message, maybe_paid=True, retry_after=0.5)
    if status in {401, 403}:
        code = "invalid_api_key"
    if status == 404:
        code = "model_not_found"
    if status == 400 and (code == "context_length_exceeded" or _overflows(error)):
        code = "context_overflow"
    return CallFailed(code or f"http_{status}", error.message, maybe_paid=False)


def _overflows(error: openai.APIStatusError) -> bool:
    """llama.cpp's way to say that a prompt does not fit its window."""
    return error.type == "exceed_context_size_error"


def _wait(error: openai.APIStatusError) -> float:
    try:
        return float(error.response.headers.get("retry-after", "1"))
    except ValueError:
        return 1.0


def _not_answered(error: openai.APIConnectionError) -> CallFailed:
    """No answer: surely nothing was executed only if there never was a connection."""
    never = isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout)
    code = "unreachable" if never else "no_answer"
    return CallFailed(code, str(error), maybe_paid=not never, retry_after=0.5)
