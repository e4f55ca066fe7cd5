"""A completion that arrives as server-sent events, put together again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json

REST_PER_STREAM, LONGEST_REST = 0.001, 0.2  # seconds


class Crowd:
    """The open streams of a process, which rest between two reads, the longer the more there are.

    What comes meanwhile is read together: a hundred runs whose every token wakes the loop would
    keep it from everything else.
    """

    def __init__(self) -> None:
        self.open = 0

    @contextmanager
    def joined(self) -> Iterator["Crowd"]:
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    @property
    def rest(self) -> float:
        return min(LONGEST_REST, REST_PER_STREAM * self.open)


CROWD = Crowd()


class Begun:
    """A completion as far as its stream has come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refusals: list[str] = []
        self.finish = ""
        self.usage: Mapping[str, Any] = {}
        self.is_over = False
        self._rest = b""

    def read(self, came: bytes) -> str:
        """The text of what came; a line that is not yet whole waits for its rest."""
        *lines, self._rest = (self._rest + came).split(b"\n")
        return "".join(self.take(line.decode().rstrip("\r")) for line in lines)

    def take(self, line: str) -> str:
        """The text of one line of the stream; raises ValueError for a line that is broken."""
        if not line.startswith("data:"):
            return ""
        if line.endswith("[DONE]"):
            self.is_over = True
            return ""
        chunk = from_json(line.removeprefix("data:"))
        if error := chunk.get("error"):
            raise ValueError(str(error)[:200])
        self.usage = chunk.get("usage") or self.usage
        choice = (chunk.get("choices") or [{}])[0]
        self.finish = choice.get("finish_reason") or self.finish
        delta = choice.get("delta") or {}
        if delta.get("refusal"):
            self.refusals.append(delta["refusal"])
        piece = str(delta.get("content") or "")
        self.texts.append(piece)
        return piece

    @property
    def completion(self) -> dict[str, Any]:
        message = {"content": "".join(self.texts), "refusal": "".join(self.refusals) or None}
        return {
            "choices": [{"message": message, "finish_reason": self.finish}],
            "usage": self.usage,
        }
