"""What a template must be before anyone can use it; every fault is told at its field."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import ValidationError

from researcher.kit.frozen import Frozen
from templates_app import guidance
from templates_app.expectations import expectation, shown
from templates_app.options import problem
from templates_app.types import Parameter, ParameterType, Section, TemplateContent

GUIDANCE_NAMES = tuple(f"${name}" for name in guidance.NAMES)
# The topic is a field of the analysis itself.
# What a model can be asked to be; a template may name one for each.
ROLES = ("planner", "reader", "writer", "verifier", "embeddings")
RESERVED_KEYS = ("topic",)
# The kinds of sources, in the order that holds where a template says none.
SOURCE_KINDS = ("official", "data", "scholarly", "reference", "news", "web")
MOST_YEARS = 100

LONGEST_MODEL = 100

_KINDS = ", ".join(SOURCE_KINDS)
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_WITH_CHOICES = {
    ParameterType.CHOICE,
    ParameterType.CHOICE_OR_TEXT,
    ParameterType.MULTIPLE_CHOICE,
}
_WITHOUT_BOUNDS = {ParameterType.CHOICE, ParameterType.BOOLEAN, ParameterType.DATE}


class Fault(Frozen):
    """One thing wrong: `field` is a name, or a path such as `parameters.depth.default`."""

    field: str
    code: str
    detail: str


def content_faults(content: TemplateContent) -> tuple[Fault, ...]:
    """Everything that forbids to publish; empty when the template can be used."""
    return tuple(_content_faults(content))


def section_faults(section: Section) -> tuple[Fault, ...]:
    return tuple(_unknown_names(section))


def parameter_faults(parameter: Parameter) -> tuple[Fault, ...]:
    return tuple(fault for rule in _PARAMETER_RULES for fault in rule(parameter))


def row_faults(row: Mapping[str, object]) -> tuple[Fault, ...]:
    """As `parameter_faults`, of values that may not even have the right shape."""
    try:
        parameter = Parameter.model_validate(row)
    except ValidationError as error:
        return tuple(_shape_faults(error))
    return parameter_faults(parameter)


_SHAPES = {
    "choices": 'a list of {"value": ..., "label": ...} with both as text',
    "default": "a text, a number, true or false, or a list of texts",
}


def _shape_faults(error: ValidationError) -> Iterator[Fault]:
    for field in dict.fromkeys(str(wrong["loc"][0]) for wrong in error.errors()):
        expected = _SHAPES.get(field, "a value of its type")
        yield Fault(field=field, code="invalid_shape", detail=f"The {field} must be {expected}.")


# --- the whole --------------------------------------------------------------------------


def _content_faults(content: TemplateContent) -> Iterator[Fault]:
    if not content.sections:
        detail = "A template needs at least one section: the report is made of them."
        yield Fault(field="sections", code="required", detail=detail)
    yield from role_faults({one.role: one.model for one in content.roles})
    yield from policy_faults(content.sources.model_dump(mode="json", exclude_defaults=True))
    yield from _duplicates("sections", [section.key for section in content.sections])
    yield from _duplicates("parameters", [parameter.key for parameter in content.parameters])
    for section in content.sections:
        yield from _within(f"sections.{section.key}", section_faults(section))
    for parameter in content.parameters:
        yield from _within(f"parameters.{parameter.key}", parameter_faults(parameter))


def role_faults(models: object) -> Iterator[Fault]:
    """What is wrong with the models of a template by their roles."""
    if not isinstance(models, Mapping):
        detail = 'Write an object such as {"writer": "gpt-4.1"}, or {}.'
        yield Fault(field="roles", code="invalid_shape", detail=detail)
        return
    for role, name in models.items():
        if role not in ROLES:
            detail = f"There is no role {role!r}; there are: {', '.join(ROLES)}."
            yield Fault(field="roles", code="unknown_role", detail=detail)
        elif not isinstance(name, str) or not name.strip() or len(name) > LONGEST_MODEL:
            detail = f"The {role} needs the name of a model, of at most {LONGEST_MODEL} characters."
            yield Fault(field="roles", code="invalid_model", detail=detail)


def policy_faults(policy: object) -> Iterator[Fault]:
    """What is wrong with what a template says of its sources."""
    if not isinstance(policy, Mapping) or policy.keys() - {"order", "years"}:
        detail = 'Write an object such as {"order": ["official", "news"], "years": 5}, or {}.'
        yield Fault(field="sources", code="invalid_shape", detail=detail)
        return
    order, years = policy.get("order", []), policy.get("years")
    known = isinstance(order, Sequence) and all(kind in SOURCE_KINDS for kind in order)
    if isinstance(order, str) or not known or len({*order}) < len(order):
        detail = f"`order` lists kinds of sources, the best first, each once: {_KINDS}."
        yield Fault(field="sources", code="invalid_order", detail=detail)
    if years is not None and (type(years) is not int or not 1 <= years <= MOST_YEARS):
        detail = f"`years` is a whole number from 1 to {MOST_YEARS}, or null for no limit."
        yield Fault(field="sources", code="invalid_years", detail=detail)


def _duplicates(field: str, keys: list[str]) -> Iterator[Fault]:
    for key, times in Counter(keys).items():
        if times > 1:
            detail = f"{times} of the {field} have the key {key!r}: give each a key of its own."
            yield Fault(field=f"{field}.{key}.key", code="duplicate", detail=detail)


def _within(path: str, faults: tuple[Fault, ...]) -> Iterator[Fault]:
    for fault in faults:
        yield fault.model_copy(update={"field": f"{path}.{fault.field}"})


def _unknown_names(section: Section) -> Iterator[Fault]:
    for name in guidance.unknown_names(section.guidance):
        detail = f"Nothing stands for ${name}; these names do: {', '.join(GUIDANCE_NAMES)}."
        yield Fault(field="guidance", code="unknown_name", detail=detail)


# --- one parameter ----------------------------------------------------------------------


def _key_faults(parameter: Parameter) -> Iterator[Fault]:
    if not _KEY.fullmatch(parameter.key):
        detail = "A key has small letters, digits and underscores, such as fiscal_period."
        yield Fault(field="key", code="invalid_key", detail=detail)
    if parameter.key in RESERVED_KEYS:
        detail = f"The {parameter.key} is asked for in every analysis: choose another key."
        yield Fault(field="key", code="reserved_key", detail=detail)


def _choice_faults(parameter: Parameter) -> Iterator[Fault]:
    if parameter.type in _WITH_CHOICES and not parameter.choices:
        detail = "This type needs at least one choice."
        yield Fault(field="choices", code="no_choices", detail=detail)
    if parameter.type not in _WITH_CHOICES and parameter.choices:
        detail = "This type has no choices: remove them, or choose a type that has."
        yield Fault(field="choices", code="not_for_type", detail=detail)
    yield from _choice_value_faults([choice.value for choice in parameter.choices])


def _choice_value_faults(values: list[str]) -> Iterator[Fault]:
    if any(not value.strip() or value != value.strip() for value in values):
        detail = "A choice needs a value, without spaces before or after it."
        yield Fault(field="choices", code="blank_value", detail=detail)
    if any(mark in value for value in values for mark in "|\n"):
        detail = 'The value of a choice has no "|" and no line break.'
        yield Fault(field="choices", code="invalid_value", detail=detail)
    folded = Counter(value.casefold() for value in values)
    for value in (value for value, times in folded.items() if times > 1):
        detail = f"The choice {value!r} is there more than once (case does not count)."
        yield Fault(field="choices", code="duplicate", detail=detail)


def _bound_faults(parameter: Parameter) -> Iterator[Fault]:
    least, most = parameter.minimum, parameter.maximum
    for field, bound in (("minimum", least), ("maximum", most)):
        if bound is not None and (detail := _wrong_bound(parameter.type, bound)):
            yield Fault(field=field, code="invalid_bound", detail=detail)
    if least is not None and most is not None and least > most:
        detail = f"The minimum {least:g} is above the maximum {most:g}."
        yield Fault(field="minimum", code="out_of_order", detail=detail)


def _wrong_bound(kind: ParameterType, bound: float) -> str:
    if kind in _WITHOUT_BOUNDS:
        return "This type has no minimum and no maximum: leave them empty."
    if not math.isfinite(bound):
        return "A bound is a finite number."
    if kind is ParameterType.NUMBER:
        return ""
    if not bound.is_integer():
        return "A bound of this type is a whole number."
    if kind is not ParameterType.INTEGER and bound < 0:
        return "A length is not negative."
    return ""


def _default_faults(parameter: Parameter) -> Iterator[Fault]:
    if parameter.default is None or any(_choice_faults(parameter)) or any(_bound_faults(parameter)):
        return
    value = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
    if problem(parameter, value):
        detail = f"The default must be {expectation(parameter)}, not {shown(value)}."
        yield Fault(field="default", code="invalid_default", detail=detail)


_PARAMETER_RULES: tuple[Callable[[Parameter], Iterator[Fault]], ...] = (
    _key_faults,
    _choice_faults,
    _bound_faults,
    _default_faults,
)
