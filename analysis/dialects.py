"""How the servers that speak the OpenAI protocol differ, and what was learnt of one of them.

A server that refuses a part of a request (HTTP 400, nothing is paid) is asked again without it.
The steps are always taken in the same order, so an equal question stays an equal request.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.capabilities import Form, Model

NEXT = {Form.SCHEMA: Form.OBJECT, Form.OBJECT: Form.PLAIN}
OF_FORM = re.compile(r"response_format|json_schema|json_object|schema|grammar", re.IGNORECASE)
LIMIT = re.compile(r"\bmax_(?:completion_)?tokens\b")
SHAPE = "Answer with one JSON object and nothing else, in the shape of this JSON schema:"


@dataclass(frozen=True)
class Dialect:
    """What a server takes: the form of answers, the name of the limit, a temperature, usage."""

    form: Form = Form.SCHEMA
    limit: str = "max_tokens"
    temperature: bool = True
    usage: bool = True

    def without(self, complaint: str) -> "Dialect | None":
        """The next simpler dialect after a refusal; None where nothing is left to leave out."""
        if "stream_options" in complaint and self.usage:
            return replace(self, usage=False)
        if LIMIT.search(complaint) and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        if self.form in NEXT:
            return replace(self, form=NEXT[self.form])
        return None


class Dialects:
    """What was learnt of each model of one server, for as long as this object lives."""

    def __init__(self) -> None:
        self._learnt: dict[str, Dialect] = {}

    def of(self, model: Model) -> Dialect:
        limit = "max_completion_tokens" if model.reasons else "max_tokens"
        first = Dialect(form=model.form, limit=limit, temperature=not model.reasons)
        return self._learnt.get(model.name, first)

    def step_down(self, model: Model, used: Dialect, complaint: str) -> bool:
        """Learn from a refusal; False if nothing can be left out. Of many at once one counts."""
        if self.of(model) != used:
            return True
        simpler = used.without(complaint)
        if simpler is None:
            return False
        self._learnt[model.name] = simpler
        return True


def content(
    model: Model,
    dialect: Dialect,
    messages: Sequence[Mapping[str, str]],
    name: str,
    schema: Mapping[str, Any],
    most: int,
) -> dict[str, Any]:
    """The body of a request, which is also what it is known again by.

    `name` and `schema` are those of the answer, `most` its limit in tokens.
    """
    body: dict[str, Any] = {"model": model.name, "messages": list(messages)}
    body[dialect.limit] = most
    if dialect.temperature:
        body["temperature"] = 0
    if dialect.form is Form.SCHEMA:
        named = {"name": name, "strict": True, "schema": schema}
        return {**body, "response_format": {"type": "json_schema", "json_schema": named}}
    body["messages"] = _with_shape(messages, schema)
    if dialect.form is Form.OBJECT:
        body["response_format"] = {"type": "json_object"}
    return body


def _with_shape(
    messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]
) -> list[Mapping[str, str]]:
    """The shape said in words, at the end of the system message."""
    system, *others = messages
    shape = f"{SHAPE}\n{json.dumps(schema, separators=(',', ':'))}"
    return [{**system, "content": f"{system['content']}\n\n{shape}"}, *others]


def is_about_form(complaint: str) -> bool:
    return bool(OF_FORM.search(complaint))
