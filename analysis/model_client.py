"""The client of a model server: what openai sends, without its work for every single request."""

import json
from collections.abc import Mapping
from typing import Any, cast

import httpx2
from openai import AsyncOpenAI, AsyncStream

from analysis.spread import Spread

PATH = "/chat/completions"


class Client(AsyncOpenAI):
    """Asks for many completions: the first as the library does, the others as copies of it.

    What a request is like (address, headers, time limits) is the library's to say. To be told it
    again for each costs as much as sending it, and a hundred runs send hundreds at a time.
    """

    spread: Spread
    sample: httpx2.Request | None = None

    async def complete(self, body: Mapping[str, Any], *, stream: bool = False) -> httpx2.Response:
        """What the server answers: whole, or as it comes, then it is to be closed.

        Raises openai.APIError and httpx2.HTTPError; it never asks twice.
        """
        if self.sample is None:
            response = await self._first(body, stream)
            self.sample = _sample(response.request)
            return response
        request = _copy(self.sample, body)
        response = await self.spread.handle_async_request(request)
        response.request = request
        if not stream or not response.is_success:
            await response.aread()
        if not response.is_success:
            raise self._make_status_error_from_response(response)
        return response

    async def _first(self, body: Mapping[str, Any], stream: bool) -> httpx2.Response:
        # Not `chat.completions.create`, which walks through all parts of a body first.
        given = await self.post(
            PATH, cast_to=httpx2.Response, body=body, stream=stream, stream_cls=AsyncStream[Any]
        )
        return cast("httpx2.Response", given)


def client(*, base_url: str, api_key: str, seconds: float) -> Client:
    """A client of one event loop. It ignores proxies of the environment and never retries."""
    spread = Spread()
    http = httpx2.AsyncClient(
        transport=spread,
        trust_env=False,
        timeout=httpx2.Timeout(seconds, connect=10.0),
    )
    made = Client(
        base_url=base_url or None, api_key=api_key or "none", max_retries=0, http_client=http
    )
    made.spread = spread
    return made


def _copy(sample: httpx2.Request, body: Mapping[str, Any]) -> httpx2.Request:
    content = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    headers = sample.headers.copy()
    headers["content-length"] = str(len(content))
    return httpx2.Request(
        sample.method, sample.url, headers=headers, content=content, extensions=sample.extensions
    )


def _sample(request: httpx2.Request) -> httpx2.Request:
    """Without what the library tells of itself and of this machine."""
    for name in [name for name in request.headers if name.startswith("x-stainless-")]:
        del request.headers[name]
    return request
