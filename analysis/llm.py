"""The one door to language models.

Chat completions with a JSON schema, because every OpenAI-compatible server has them. Retries,
replays and budgets belong to the journal: the client itself never repeats a request.
"""

import asyncio
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from analysis import completions, dialects, structured
from analysis.capabilities import Model, Price
from analysis.completions import Completion, Text, Usage
from analysis.dialects import Dialect, Dialects
from analysis.exchanges import Exchange, Heard, complaint, go_on, outcome
from analysis.journal import NOTHING, Answer, Bound, CallFailed, Journal, Request
from analysis.model_client import Client, client
from analysis.provider_faults import Fault, meaning, not_answered
from analysis.streams import CROWD, Begun

__all__ = [
    "Client",
    "Clocks",
    "InvalidAnswer",
    "Model",
    "Price",
    "Talk",
    "answering",
    "client",
    "tokens_of",
]

T = TypeVar("T", bound=BaseModel)

# Tokenizers differ; English prose has about four bytes a token, so this errs on the high side.
BYTES_PER_TOKEN = 3.5
MESSAGE_TOKENS = 8
REPAIRS, CONTINUATIONS = 1, 3


class InvalidAnswer(Exception):
    """There is no usable answer, also when it was asked for again.

    `code` is invalid_answer (it breaks the schema), refusal, content_filter, empty, or cut.
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


@dataclass(frozen=True)
class Clocks:
    """Seconds that are waited: for the first token, between two, and for a whole answer."""

    first: float = 60.0
    idle: float = 30.0
    whole: float = 120.0


def tokens_of(text: str) -> int:
    """At most about how many tokens a text has."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


@contextmanager
def answering() -> Iterator[None]:
    """While a server answers: whatever goes wrong is a CallFailed, as the journal understands it.

    A ValueError is an answer that cannot be read.
    """
    try:
        yield
    except openai.APIStatusError as error:
        raise meaning(_fault(error)) from error
    except openai.APIConnectionError as error:
        raise not_answered(error.__cause__, str(error)) from error
    except (TimeoutError, httpx2.HTTPError) as error:
        raise not_answered(error, str(error) or "the answer stalled") from error
    except (ValueError, openai.APIError) as error:
        raise CallFailed("bad_response", str(error), maybe_paid=True, retry_after=0) from error


@dataclass(frozen=True)
class Talk:
    """One model in one role, for one run: every question goes through the run's journal."""

    ai: Client
    journal: Journal
    model: Model
    role: str
    dialects: Dialects = field(default_factory=Dialects)
    clocks: Clocks = Clocks()

    async def ask(
        self,
        *,
        system: str,
        user: str,
        answer: type[T],
        section: str = "",
        most: int = 0,
        keep: Bound = NOTHING,
        heard: Heard | None = None,
    ) -> T:
        """The model's answer as an `answer`; `heard` is told its text while it is written.

        It has at most about `most` tokens; `keep` of the budget stays untouched. One that breaks
        the schema is asked for once more, one that is cut is continued. Raises InvalidAnswer,
        and the journal's CallFailed and OverBudget; a CallFailed "context_overflow" also before
        anything was sent.
        """
        messages = ({"role": "system", "content": system}, {"role": "user", "content": user})
        exchange = Exchange(answer, messages, section, self._most(most), keep, heard=heard)
        parts: list[T] = []
        for _ in range(REPAIRS + CONTINUATIONS + 1):
            request, given = await self._once(exchange)
            code = outcome(given)
            if code in ("refusal", "content_filter"):
                await self.journal.reject(request, code)
                raise InvalidAnswer(code, f"The {self.role} gave no answer: {code}.")
            if code == "cut" and (part := structured.begun(given.value, answer)):
                if len(parts) == CONTINUATIONS:
                    break
                parts.append(part)
                exchange = exchange.after(*go_on(part))
                continue
            try:
                return structured.joined([*parts, structured.parsed(given.value, answer)])
            except ValidationError as error:
                await self.journal.reject(request, code or "invalid_answer")
                if exchange.repair == REPAIRS:
                    raise InvalidAnswer(
                        code or "invalid_answer",
                        f"The {self.role} gave no valid {answer.__name__}.",
                    ) from error
                exchange = exchange.after(*complaint(given.value, error), repair=REPAIRS)
        return structured.joined(parts)

    async def _once(self, exchange: Exchange) -> tuple[Request, Answer]:
        """One answer, in the simplest dialect that the server is known to need."""
        while True:
            dialect = self.dialects.of(self.model)
            request = self._request(exchange, dialect)
            send = partial(self._send, request, dialect, exchange.heard)
            try:
                return request, await self.journal.once(request, send)
            except CallFailed as failure:
                if failure.code != "unsupported":
                    raise
                if not self.dialects.step_down(self.model, dialect, failure.detail):
                    raise

    def _request(self, exchange: Exchange, dialect: Dialect) -> Request:
        shape = structured.schema_of(exchange.answer)
        content = dialects.content(
            self.model, dialect, exchange.messages, exchange.answer.__name__, shape, exchange.most
        )
        bound = self._bound(content, exchange.most)
        if self.model.window and bound.tokens > self.model.window:
            detail = f"{bound.tokens} tokens do not fit a window of {self.model.window}."
            raise CallFailed("context_overflow", detail, maybe_paid=False)
        return Request(
            kind="model",
            content=content,
            bound=bound,
            role=self.role,
            model=self.model.name,
            section=exchange.section,
            repair=exchange.repair,
            keep=exchange.keep,
            rate=self.model.rate,
        )

    def _most(self, wanted: int) -> int:
        """The limit of an answer; a model that thinks first needs room for its thoughts."""
        if not wanted or self.model.reasons:
            return self.model.max_output
        return min(wanted, self.model.max_output)

    def _bound(self, content: Mapping[str, Any], most: int) -> Bound:
        asked = tokens_of(json.dumps([content["messages"], content.get("response_format")]))
        asked += MESSAGE_TOKENS * len(content["messages"])
        cost = self.model.price.of(tokens_in=asked, tokens_out=most)
        return Bound(tokens=asked + most, cost=cost)

    async def _send(self, request: Request, dialect: Dialect, heard: Heard | None) -> Answer:
        """One HTTP request, its fault translated for the journal."""
        with answering():
            if heard is not None:
                return await self._stream(request, dialect, heard)
            async with asyncio.timeout(self.clocks.whole):
                response = await self.ai.complete(request.content)
            return self._answer(completions.whole(response.content), request)

    async def _stream(self, request: Request, dialect: Dialect, heard: Heard) -> Answer:
        """The same as server-sent events; a stream that ends without a reason was cut short."""
        extra: dict[str, Any] = {"stream": True}
        if dialect.usage:
            extra["stream_options"] = {"include_usage": True}
        begun = Begun()
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.clocks.whole
        with CROWD.joined() as crowd:
            async with asyncio.timeout(self.clocks.first) as clock, AsyncExitStack() as stack:
                response = await self.ai.complete({**request.content, **extra}, stream=True)
                stack.push_async_callback(response.aclose)
                async for came in response.aiter_bytes():
                    if piece := begun.read(came):
                        clock.reschedule(min(ends, loop.time() + self.clocks.idle))
                        await heard(piece)
                    if not begun.is_over:
                        await asyncio.sleep(crowd.rest)
        if not begun.finish:
            raise CallFailed("cut_stream", "It ended early.", maybe_paid=True, retry_after=0)
        return self._answer(begun.completion, request)

    def _answer(self, done: Completion, request: Request) -> Answer:
        message = done.choice.message or Text()
        text = message.refusal or message.content or ""
        used = done.usage or Usage()
        # A server that does not tell its usage is believed to have used what was estimated.
        tokens_in = used.prompt_tokens or _estimate(request)
        tokens_out = used.completion_tokens or tokens_of(text)
        price = self.model.price
        return Answer(
            value=text,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            tokens_cached=used.cached,
            cost=price.of(tokens_in=tokens_in, tokens_out=tokens_out, cached=used.cached),
            finish_reason="refusal" if message.refusal else done.choice.finish_reason or "none",
        )


def _estimate(request: Request) -> int:
    return tokens_of(json.dumps(request.content["messages"]))


def _fault(error: openai.APIStatusError) -> Fault:
    return Fault(
        status=error.status_code,
        code=str(error.code or ""),
        kind=str(error.type or ""),
        message=error.message,
        wait=error.response.headers.get("retry-after", "1"),
    )
