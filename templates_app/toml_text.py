"""A template as TOML text: what the catalogue is written in, and what versions are compared by."""

import json
from collections.abc import Iterator, Mapping

from templates_app.types import Choice, Parameter, Section, TemplateContent


def as_toml(content: TemplateContent) -> str:
    """The whole content but its version; `catalogue.read` gives it back."""
    return "\n".join(_lines(content)) + "\n"


def _lines(content: TemplateContent) -> Iterator[str]:
    for name in ("slug", "name", "description"):
        yield f"{name} = {_value(getattr(content, name))}"
    yield from _table("budget", content.budget.model_dump(mode="json"))
    yield from _table("roles", {one.role: one.model for one in content.roles})
    yield from _table("sources", content.sources.model_dump())
    for section in content.sections:
        yield from ("", "[[sections]]", *_section(section))
    for parameter in content.parameters:
        yield from ("", "[[parameters]]", *_parameter(parameter))


def _table(name: str, fields: Mapping[str, object]) -> Iterator[str]:
    """A table of the fields that say something; nothing where none does."""
    said = {key: value for key, value in fields.items() if value not in (None, ())}
    if said:
        yield from ("", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in said.items()))


def _section(section: Section) -> Iterator[str]:
    for name in ("key", "title", "kind", "guidance"):
        yield f"{name} = {_value(getattr(section, name))}"


def _parameter(parameter: Parameter) -> Iterator[str]:
    """The fields that say something: defaults of the fields themselves are left out."""
    for name, field in Parameter.model_fields.items():
        value = getattr(parameter, name)
        if name == "choices" and value:
            yield from ("choices = [", *(f"    {_choice(choice)}," for choice in value), "]")
        elif field.is_required() or value != field.default:
            yield f"{name} = {_value(value)}"


def _choice(choice: Choice) -> str:
    if choice.value == choice.label:
        return _value(choice.value)
    return f"{{ value = {_value(choice.value)}, label = {_value(choice.label)} }}"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, str):
        return _text(str(value))
    return json.dumps(value)


def _text(text: str) -> str:
    """A basic string; over several lines where the text has them."""
    lines = [json.dumps(line, ensure_ascii=False)[1:-1] for line in text.split("\n")]
    escaped = "\n".join(lines).replace("\x7f", "\\u007f")
    return f'"""\n{escaped}"""' if len(lines) > 1 else f'"{escaped}"'
