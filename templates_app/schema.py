"""The JSON Schema (2020-12) of a template's parameters: what is served is what validates."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from researcher.kit.frozen import Frozen
from templates_app.types import OptionValue, Parameter, ParameterType, TemplateContent

# The longest text of each type where the template sets no maximum of its own (characters).
LENGTHS = {
    ParameterType.TEXT: 300,
    ParameterType.CHOICE_OR_TEXT: 200,
    ParameterType.LONG_TEXT: 10_000,
}
WIDGETS = {
    ParameterType.TEXT: "text",
    ParameterType.LONG_TEXT: "textarea",
    ParameterType.CHOICE: "select",
    ParameterType.CHOICE_OR_TEXT: "select-or-text",
    ParameterType.MULTIPLE_CHOICE: "checkboxes",
    ParameterType.INTEGER: "number",
    ParameterType.NUMBER: "number",
    ParameterType.BOOLEAN: "checkbox",
    ParameterType.DATE: "date",
}


class _Keywords(Frozen):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class ListedChoice(Frozen):
    const: str
    title: str


class Alternative(_Keywords):
    """One way to answer a choice that allows other words: a listed one, or free text."""

    title: str
    type: Literal["string"] = "string"
    one_of: tuple[ListedChoice, ...] | None = None


class Items(_Keywords):
    type: Literal["string"] = "string"
    one_of: tuple[ListedChoice, ...]


class FormHints(Frozen):
    """How a form shows the field; `order` counts from 1."""

    widget: str
    order: int
    help: str = ""
    placeholder: str = ""
    group: str = ""


class OptionSchema(_Keywords):
    """One property: the keywords of JSON Schema that its type uses, the others left out."""

    title: str
    description: str | None = None
    type: Literal["string", "integer", "number", "boolean", "array"]
    format: Literal["date"] | None = None
    default: OptionValue = None
    one_of: tuple[ListedChoice, ...] | None = None
    any_of: tuple[Alternative, ...] | None = None
    items: Items | None = None
    unique_items: bool | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    min_items: int | None = None
    max_items: int | None = None
    hints: FormHints = Field(alias="x-ui")


class FormSchema(_Keywords):
    """All options of one template version, in the order of the form."""

    dialect: Literal["https://json-schema.org/draft/2020-12/schema"] = Field(
        default="https://json-schema.org/draft/2020-12/schema", alias="$schema"
    )
    title: str
    description: str
    type: Literal["object"] = "object"
    properties: dict[str, OptionSchema]
    required: tuple[str, ...]
    additional_properties: Literal[False] = False


def json_schema(content: TemplateContent) -> dict[str, Any]:
    """The schema as a plain JSON object."""
    return form_schema(content).model_dump(mode="json", by_alias=True, exclude_none=True)


def form_schema(content: TemplateContent) -> FormSchema:
    return FormSchema(
        title=content.name,
        description=content.description,
        properties={
            parameter.key: option_schema(parameter, order)
            for order, parameter in enumerate(content.parameters, start=1)
        },
        required=tuple(
            parameter.key for parameter in content.parameters if must_be_given(parameter)
        ),
    )


def must_be_given(parameter: Parameter) -> bool:
    """A default stands in for what is not given, so only a parameter without one can be missed."""
    return parameter.required and parameter.default is None


def option_schema(parameter: Parameter, order: int = 1) -> OptionSchema:
    return OptionSchema(
        title=parameter.label,
        description=parameter.help or None,
        default=parameter.default,
        hints=_hints(parameter, order),
        **_KEYWORDS[parameter.type](parameter),
    )


def _hints(parameter: Parameter, order: int) -> FormHints:
    return FormHints(
        widget=WIDGETS[parameter.type],
        order=order,
        help=parameter.help,
        placeholder=parameter.placeholder,
        group=parameter.group,
    )


def _text(parameter: Parameter) -> dict[str, Any]:
    least, most = _whole(parameter.minimum), _whole(parameter.maximum)
    longest = LENGTHS[parameter.type] if most is None else most
    return {"type": "string", "min_length": least or 1, "max_length": longest}


def _choice(parameter: Parameter) -> dict[str, Any]:
    return {"type": "string", "one_of": _listed(parameter)}


def _choice_or_text(parameter: Parameter) -> dict[str, Any]:
    alternatives = (
        Alternative(title="Listed", one_of=_listed(parameter)),
        Alternative(title="Other"),
    )
    return {**_text(parameter), "any_of": alternatives}


def _multiple_choice(parameter: Parameter) -> dict[str, Any]:
    most = _whole(parameter.maximum)
    return {
        "type": "array",
        "items": Items(one_of=_listed(parameter)),
        "unique_items": True,
        "min_items": _whole(parameter.minimum),
        "max_items": len(parameter.choices) if most is None else most,
    }


def _integer(parameter: Parameter) -> dict[str, Any]:
    bounds = {"minimum": _whole(parameter.minimum), "maximum": _whole(parameter.maximum)}
    return {"type": "integer", **bounds}


def _number(parameter: Parameter) -> dict[str, Any]:
    return {"type": "number", "minimum": parameter.minimum, "maximum": parameter.maximum}


def _boolean(parameter: Parameter) -> dict[str, Any]:
    return {"type": "boolean"}


def _date(parameter: Parameter) -> dict[str, Any]:
    return {"type": "string", "format": "date"}


def _listed(parameter: Parameter) -> tuple[ListedChoice, ...]:
    return tuple(
        ListedChoice(const=choice.value, title=choice.label) for choice in parameter.choices
    )


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


_KEYWORDS: dict[ParameterType, Callable[[Parameter], dict[str, Any]]] = {
    ParameterType.TEXT: _text,
    ParameterType.LONG_TEXT: _text,
    ParameterType.CHOICE: _choice,
    ParameterType.CHOICE_OR_TEXT: _choice_or_text,
    ParameterType.MULTIPLE_CHOICE: _multiple_choice,
    ParameterType.INTEGER: _integer,
    ParameterType.NUMBER: _number,
    ParameterType.BOOLEAN: _boolean,
    ParameterType.DATE: _date,
}
