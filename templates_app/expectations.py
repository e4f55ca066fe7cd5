"""What an option may be, in words: the half of every error that says what would be right."""

import json
from collections.abc import Callable

from templates_app.schema import OptionSchema, option_schema
from templates_app.types import Parameter, ParameterType

SHOWN = 60


def expectation(parameter: Parameter) -> str:
    """Such as "a whole number from 1 to 40" or "one of: SK, AB"."""
    return _WORDS[parameter.type](option_schema(parameter))


def shown(value: object) -> str:
    """The value as JSON, cut short with its true length said."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}... ({len(text):,} characters)"


def _text(schema: OptionSchema) -> str:
    least, most = schema.min_length or 1, schema.max_length or 0
    return (
        f"text of {least} to {most} characters"
        if least > 1
        else f"text of at most {most} characters"
    )


def _choice(schema: OptionSchema) -> str:
    return f"one of: {', '.join(choice.const for choice in schema.one_of or ())}"


def _choice_or_text(schema: OptionSchema) -> str:
    listed = schema.any_of[0].one_of if schema.any_of else None
    names = ", ".join(choice.const for choice in listed or ())
    return f"one of: {names}; or {_text(schema)}"


def _multiple_choice(schema: OptionSchema) -> str:
    names = ", ".join(choice.const for choice in schema.items.one_of) if schema.items else ""
    return f"a list{_range(schema.min_items, schema.max_items)} from: {names}"


def _integer(schema: OptionSchema) -> str:
    return f"a whole number{_range(schema.minimum, schema.maximum)}"


def _number(schema: OptionSchema) -> str:
    return f"a number{_range(schema.minimum, schema.maximum)}"


def _range(least: float | None, most: float | None) -> str:
    if least is None and most is None:
        return ""
    if least is None:
        return f" of at most {most:.15g}"
    if most is None:
        return f" of at least {least:.15g}"
    return f" of {least:.15g} to {most:.15g}"


_WORDS: dict[ParameterType, Callable[[OptionSchema], str]] = {
    ParameterType.TEXT: _text,
    ParameterType.LONG_TEXT: _text,
    ParameterType.CHOICE: _choice,
    ParameterType.CHOICE_OR_TEXT: _choice_or_text,
    ParameterType.MULTIPLE_CHOICE: _multiple_choice,
    ParameterType.INTEGER: _integer,
    ParameterType.NUMBER: _number,
    ParameterType.BOOLEAN: lambda _: "true or false",
    ParameterType.DATE: lambda _: "a date such as 2026-03-31",
}
