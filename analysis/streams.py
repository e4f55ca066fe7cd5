"""A completion that arrives as server-sent events, put together again."""

import json
from collections.abc import Mapping
from typing import Any


class Begun:
    """A completion as far as its stream has come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refusals: list[str] = []
        self.finish = ""
        self.usage: Mapping[str, Any] = {}

    def take(self, line: str) -> str:
        """The text of one line of the stream; raises ValueError for a line that is broken."""
        if not line.startswith("data:") or line.endswith("[DONE]"):
            return ""
        chunk = json.loads(line.removeprefix("data:"))
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
