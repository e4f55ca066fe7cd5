"""From the text of an answer to the value that was asked for."""

import re
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

T = TypeVar("T", bound=BaseModel)

THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
FENCED = re.compile(r"```(?:json)?\s*(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)


def bare(text: str) -> str:
    """The JSON of an answer, without thoughts before it, a fence around it, or words beside it."""
    text = THOUGHT.sub("", text).strip()
    if not text.startswith("{") and (fenced := FENCED.search(text)):
        text = fenced.group(1)
    start = text.find("{")
    return text[start:] if start > 0 else text


def parsed(text: str, answer: type[T]) -> T:
    """The value; raises ValidationError. What stands behind the closing brace is not looked at."""
    plain = bare(text)
    try:
        return answer.model_validate_json(plain)
    except ValidationError:
        end = plain.rfind("}") + 1
        if not end or end == len(plain):
            raise
        return answer.model_validate_json(plain[:end])


def begun(text: str, answer: type[T]) -> T | None:
    """What an answer that was cut holds whole: its one list, without a last item that is broken."""
    try:
        value = from_json(bare(text), allow_partial=True)
        name, items = _list_of(answer, value)
    except (ValueError, LookupError, TypeError):
        return None
    for kept in (items, items[:-1]):
        try:
            return answer.model_validate({name: kept}) if kept else None
        except ValidationError:
            continue
    return None


def joined(parts: list[T]) -> T:
    """Answers that continue each other as one: their lists one after the other."""
    if len(parts) == 1:
        return parts[0]
    name = next(iter(type(parts[0]).model_fields))
    items = [item for part in parts for item in getattr(part, name)]
    return parts[0].model_copy(update={name: items})


def _list_of(answer: type[BaseModel], value: Any) -> tuple[str, list[Any]]:
    name = next(iter(answer.model_fields))
    items = value[name]
    if not isinstance(items, list):
        raise LookupError(name)
    return name, items


def partial_texts(text: str) -> list[str]:
    """The values of every "text" in an answer that is still being written, in their order."""
    try:
        value = from_json(bare(text), allow_partial="trailing-strings")
    except ValueError:
        return []
    return list(_texts(value))


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


@cache
def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema without the titles and descriptions that pydantic adds: they cost tokens."""
    return dict(_untitled(answer.model_json_schema()))


def _untitled(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _untitled(part) for name, part in schema.items()}
    for name in ("title", "description"):
        if isinstance(plain.get(name), str):
            del plain[name]
    return plain
