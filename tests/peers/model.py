"""An OpenAI-protocol server for tests: real sockets, real words from the prompt, faults by script.

    python -m tests.peers.model [--port N] [--first SECONDS] [--rate TOKENS_PER_SECOND]

prints its base URL and serves until it is killed. POST /_script takes a list of faults, each for
the next call or the next `times` calls (of one `role`, the name of its schema, if given): {"error":
a name of ERRORS}, {"hang": seconds}, {"drop": true}, {"content": text}, {"finish": reason},
{"refusal": text}, {"spoil": a name of tests.peers.spoil}, of streams {"cut": tokens} and
{"corrupt": true}. GET /_log counts what was asked, GET /_asked repeats it; POST /_reset forgets
both.
"""

import argparse
import asyncio
import hashlib
import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from tests.peers import http, schema
from tests.peers.brain import brain, role_of, texts_of
from tests.peers.spoil import SPOILS, Chaos, befall
from tests.peers.vectors import embedded

Brain = Callable[[dict[str, Any]], str]

ERRORS = {
    "rate_limited": (429, "rate_limit_error", "rate_limit_exceeded"),
    "quota": (429, "insufficient_quota", "insufficient_quota"),
    "overload": (500, "server_error", None),
    "conflict": (409, "conflict_error", None),
    "wrong_key": (401, "invalid_request_error", "invalid_api_key"),
    "overflow": (400, "invalid_request_error", "context_length_exceeded"),
    "overflow_llama": (400, "exceed_context_size_error", 400),
    "no_schema": (400, "invalid_request_error", "unsupported_parameter"),
    "no_model": (404, "invalid_request_error", "model_not_found"),
}


def small_value(request: dict[str, Any]) -> str:
    """What a brain without words answers: the smallest value that fits the schema."""
    wanted = request.get("response_format", {}).get("json_schema", {}).get("schema")
    return json.dumps(schema.value_of(wanted)) if wanted else "A sentence of the peer."


def tokens(text: str) -> int:
    return max(1, len(text) // 4)


@dataclass
class Peer:
    """One server; `seconds_to_first` and `tokens_per_second` are its pace (0 is at once)."""

    brain: Brain = small_value
    seconds_to_first: float = 0.0
    tokens_per_second: float = 0.0
    port: int = 0
    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    script: list[dict[str, Any]] = field(default_factory=list)
    # What this server does not know: parts of a request that it refuses with HTTP 400.
    lacks: frozenset[str] = frozenset()
    window: int = 0
    # What answers instead, when it is no model server: a status and a body.
    elsewhere: tuple[int, Any] | None = None
    chaos: Chaos | None = None
    flying: int = 0
    peak: int = 0
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return self.address or f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await http.read_request(reader):
                await self._route(request, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _route(self, request: http.Request, writer: asyncio.StreamWriter) -> None:
        if request.path == "/_script":
            self.script += request.json
        elif request.path == "/_reset":
            self.script.clear()
            self.asked.clear()
        elif request.path == "/_asked":
            writer.write(http.answer(200, self.asked))
            return None
        elif self.elsewhere and not request.path.startswith("/_"):
            status, body = self.elsewhere
            writer.write(http.answer(status, body))
            return None
        elif request.path.endswith(("/chat/completions", "/embeddings")):
            return await self._complete(request.json, writer)
        writer.write(http.answer(200, self.log()))

    def log(self) -> dict[str, Any]:
        roles = Counter(role_of(request) for request in self.asked)
        hashes = Counter(_hash(request) for request in self.asked)
        return {
            "calls": len(self.asked),
            "roles": dict(roles),
            "repeated": sum(hashes.values()) - len(hashes),
            "peak": self.peak,
            "object": "list",
            "data": [{"id": "peer", "object": "model"}],
        }

    async def _complete(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        self.asked.append(request)
        self.flying += 1
        self.peak = max(self.peak, self.flying)
        try:
            await self._answer(request, self._fault(role_of(request)), writer)
        finally:
            self.flying -= 1

    def _fault(self, role: str) -> dict[str, Any]:
        """The first scripted fault for this role; a fault is spent after its `times`."""
        for fault in self.script:
            if fault.get("role", role) == role:
                fault["times"] = fault.get("times", 1) - 1
                if fault["times"] <= 0:
                    self.script.remove(fault)
                return fault
        return self.chaos.fault() if self.chaos else {}

    def _refusal(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """What of a request this server does not take, as its error says it."""
        form = (request.get("response_format") or {}).get("type", "")
        for name in sorted(self.lacks & {*request, form}):
            return _error("no_schema", f"'{name}' is not supported with this model.")
        size = sum(tokens(text) for text in texts_of(request))
        if self.window and size > self.window:
            return _error("overflow_llama", f"{size} tokens exceed the context of {self.window}.")
        return None

    async def _answer(
        self, request: dict[str, Any], fault: dict[str, Any], writer: asyncio.StreamWriter
    ) -> None:
        if name := fault.get("error"):
            status = ERRORS[name][0]
            body = _error(name, f"peer: {name}")
            writer.write(http.answer(status, body, fault.get("headers")))
            return
        if refusal := self._refusal(request):
            writer.write(http.answer(400, refusal))
            return
        await befall(fault)
        if "input" in request:
            writer.write(http.answer(200, fault.get("content") or embedded(request)))
            return
        content = fault.get("content")
        content = self.brain(request) if content is None else content
        if spoil := fault.get("spoil"):
            content = SPOILS[spoil](content)
        finish = fault.get("finish", "stop")
        message: dict[str, Any] = {"role": "assistant", "content": content}
        if refusal := fault.get("refusal"):
            message = {"role": "assistant", "content": None, "refusal": refusal}
        if request.get("stream"):
            return await self._stream(request, content, finish, fault, writer)
        await self._pace(asyncio.get_running_loop().time(), tokens(content))
        writer.write(http.answer(200, _completion(request, message, finish)))

    async def _pace(self, began: float, count: int) -> None:
        """Until the token of this number is due; by the clock, so that no sleep adds up."""
        pace = count / self.tokens_per_second if self.tokens_per_second else 0.0
        due = began + self.seconds_to_first + pace - asyncio.get_running_loop().time()
        if due > 0:
            await asyncio.sleep(due)

    async def _stream(
        self,
        request: dict[str, Any],
        content: str,
        finish: str,
        fault: dict[str, Any],
        writer: asyncio.StreamWriter,
    ) -> None:
        """Server-sent events, a token each; a `cut` stream ends without a word after N tokens."""
        writer.write(http.head(200, {"content-type": "text/event-stream", "connection": "close"}))
        pieces = [content[i : i + 4] for i in range(0, len(content), 4)]
        if refusal := fault.get("refusal"):
            writer.write(_event(_chunk(request, {"refusal": refusal}, None)))
            pieces = []
        cut = fault.get("cut", len(pieces) + 1)
        began = asyncio.get_running_loop().time()
        for number, piece in enumerate(itertools.islice(pieces, cut)):
            await self._pace(began, number)
            writer.write(_event(_chunk(request, {"content": piece}, None)))
            await writer.drain()
        if fault.get("corrupt"):
            writer.write(b"data: {corrupt\n\n")
        if cut > len(pieces):
            writer.write(_event(_chunk(request, {}, finish)))
            usage = _completion(request, {"content": content}, finish)["usage"]
            writer.write(_event(_chunk(request, None, None) | {"usage": usage}))
            writer.write(b"data: [DONE]\n\n")
        raise ConnectionResetError  # the end of the body is the end of the connection


def _error(name: str, message: str) -> dict[str, Any]:
    _, kind, code = ERRORS[name]
    return {"error": {"message": message, "type": kind, "code": code, "param": None}}


def _completion(request: dict[str, Any], message: dict[str, Any], finish: str) -> dict[str, Any]:
    tokens_in = sum(tokens(str(m["content"])) for m in request["messages"])
    tokens_out = tokens(str(message.get("content") or ""))
    return {
        "id": f"chatcmpl-{_hash(request)[:12]}",
        "object": "chat.completion",
        "created": 0,
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }


def _chunk(
    request: dict[str, Any], delta: dict[str, Any] | None, finish: str | None
) -> dict[str, Any]:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": f"chatcmpl-{_hash(request)[:12]}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": request["model"],
        "choices": choices,
    }


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _hash(request: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


class PeerThread:
    """A peer on a loop of its own beside the test; `script` and `asked` may be used from it."""

    def __init__(self, **options: Any) -> None:
        self.peer = Peer(**options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.peer.start(), self._loop).result(10)
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self.peer.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


async def _main(options: argparse.Namespace) -> None:
    peer = Peer(brain, options.first, options.rate, options.port)
    await peer.start()
    print(peer.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--first", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=0.0)
    asyncio.run(_main(parser.parse_args()))
