"""The JSON Schema that a form is made of."""

import pytest
from jsonschema import Draft202012Validator

from templates_app.options import normalise
from templates_app.schema import json_schema
from templates_app.types import Choice, Parameter, ParameterType
from tests.templates_app.factories import DEPTH, make_content

SIZES = (Choice(value="s", label="Small"), Choice(value="l", label="Large"))


def property_of(kind: str, **more: object) -> dict[str, object]:
    row = {"key": "it", "label": "It", "type": kind, **more}
    schema = json_schema(make_content(parameters=[Parameter.model_validate(row)]))
    found: dict[str, object] = schema["properties"]["it"]
    assert found.pop("title") == "It"
    assert found.pop("x-ui")
    return found


def test_the_whole_schema_of_a_template() -> None:
    years = Parameter(
        key="years",
        label="Years",
        help="How far to look.",
        type=ParameterType.INTEGER,
        required=True,
        minimum=1,
        placeholder="5",
        group="Scope",
    )
    assert json_schema(make_content(name="Risk", parameters=[years])) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Risk",
        "description": "About Risk.",
        "type": "object",
        "properties": {
            "years": {
                "title": "Years",
                "description": "How far to look.",
                "type": "integer",
                "minimum": 1,
                "x-ui": {
                    "widget": "number",
                    "order": 1,
                    "help": "How far to look.",
                    "placeholder": "5",
                    "group": "Scope",
                },
            }
        },
        "required": ["years"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("kind", list(ParameterType))
def test_the_schema_of_every_type_is_valid_itself(kind: ParameterType) -> None:
    row = {"key": "it", "label": "It", "type": kind, "choices": SIZES}
    Draft202012Validator.check_schema(
        json_schema(make_content(parameters=[Parameter.model_validate(row)]))
    )


def test_a_choice_lists_values_with_titles() -> None:
    assert property_of("choice", choices=SIZES, default="s") == {
        "type": "string",
        "default": "s",
        "oneOf": [{"const": "s", "title": "Small"}, {"const": "l", "title": "Large"}],
    }


def test_a_choice_or_text_is_a_listed_one_or_any_words() -> None:
    found = property_of("choice_or_text", choices=SIZES, maximum=40)
    assert (found["type"], found["minLength"], found["maxLength"]) == ("string", 1, 40)
    assert found["anyOf"] == [
        {
            "title": "Listed",
            "type": "string",
            "oneOf": [{"const": "s", "title": "Small"}, {"const": "l", "title": "Large"}],
        },
        {"title": "Other", "type": "string"},
    ]


def test_a_multiple_choice_is_an_array_without_repeats() -> None:
    found = property_of("multiple_choice", choices=SIZES, minimum=1, default=("l",))
    assert found["type"] == "array"
    assert found["default"] == ["l"]
    assert (found["uniqueItems"], found["minItems"], found["maxItems"]) == (True, 1, 2)


def test_bounds_are_those_of_the_type() -> None:
    assert property_of("number", minimum=0.5, maximum=2) == {
        "type": "number",
        "minimum": 0.5,
        "maximum": 2,
    }
    assert property_of("text", minimum=3) == {"type": "string", "minLength": 3, "maxLength": 300}
    assert property_of("long_text") == {"type": "string", "minLength": 1, "maxLength": 10_000}
    assert property_of("date") == {"type": "string", "format": "date"}


def test_false_and_zero_are_defaults_too() -> None:
    assert property_of("boolean", default=False)["default"] is False
    assert property_of("integer", default=0)["default"] == 0


def test_properties_stand_in_the_order_of_the_form() -> None:
    keys = ["zebra", "apple", "mango"]
    content = make_content(parameters=[DEPTH.model_copy(update={"key": key}) for key in keys])
    properties = json_schema(content)["properties"]
    assert list(properties) == keys
    assert [each["x-ui"]["order"] for each in properties.values()] == [1, 2, 3]


def test_a_default_makes_a_required_parameter_optional_for_a_form_and_for_the_check() -> None:
    content = make_content(parameters=[DEPTH.model_copy(update={"required": True})])
    assert json_schema(content)["required"] == []
    assert normalise(content, {}) == {"depth": "Detailed"}
