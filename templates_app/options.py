"""The options of a request: tidied, defaults filled in, checked by the schema that is served."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from researcher.kit.frozen import Frozen
from researcher.kit.text import clean
from templates_app.expectations import expectation, shown
from templates_app.schema import json_schema
from templates_app.typed import from_text
from templates_app.types import OptionValue, Parameter, ParameterType, TemplateContent

__all__ = ["InvalidOptions", "OptionError", "from_text", "normalise", "problem"]

# Which code a failed keyword of the schema gets; of several for one option the first is told.
CODES = {
    "type": "invalid_type",
    "format": "invalid_type",
    "oneOf": "invalid_choice",
    "uniqueItems": "invalid_choice",
    "maxLength": "too_long",
    "minLength": "out_of_range",
    "minimum": "out_of_range",
    "maximum": "out_of_range",
    "minItems": "out_of_range",
    "maxItems": "out_of_range",
}
# How many unknown options are told, and how much of a list is looked at: a request may be huge.
UNKNOWN_TOLD = 20
LIST_SEEN = 200

_RANK = {keyword: rank for rank, keyword in enumerate(CODES)}
_LISTED = {ParameterType.CHOICE, ParameterType.CHOICE_OR_TEXT, ParameterType.MULTIPLE_CHOICE}


class OptionError(Frozen):
    """What is wrong with one option: `code` for programs, `detail` a sentence for people."""

    key: str
    code: str
    detail: str


class InvalidOptions(Exception):
    """The options that cannot be used, each with what would be right."""

    def __init__(self, errors: tuple[OptionError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return " ".join(error.detail for error in self.errors)


def normalise(content: TemplateContent, raw: Mapping[str, object]) -> dict[str, OptionValue]:
    """The options in the order of the template, with its defaults; raises InvalidOptions.

    Blank means not given (None, "", []). Text loses control characters and outer spaces; words
    that equal a choice but for case become that choice. An option without a value is left out.
    """
    given = {
        key: tidied
        for key, value in raw.items()
        if not _blank(tidied := _tidy(content, key, value))
    }
    complete = _defaults(content) | given
    errors = tuple(_errors(content, complete))
    if errors:
        raise InvalidOptions(errors)
    return {
        parameter.key: _canonical(parameter, complete[parameter.key])
        for parameter in content.parameters
        if parameter.key in complete
    }


def problem(parameter: Parameter, value: object) -> OptionError | None:
    """What is wrong with one value of one parameter, or None."""
    alone = TemplateContent(
        slug="", version=0, name="", description="", sections=(), parameters=(parameter,)
    )
    return next(iter(_errors(alone, {parameter.key: value})), None)


# --- tidying ----------------------------------------------------------------------------


def _tidy(content: TemplateContent, key: str, value: object) -> object:
    parameter = _parameter(content, key)
    if isinstance(value, str):
        return _tidy_text(parameter, value)
    if isinstance(value, list | tuple):
        return _tidy_list(parameter, value)
    return value


def _tidy_list(parameter: Parameter | None, values: Sequence[object]) -> list[object]:
    """The texts, each once; anything else in the list stays for the schema to refuse."""
    tidied = [_tidy_text(parameter, item) if isinstance(item, str) else item for item in values]
    if all(isinstance(item, str) for item in tidied):
        return list(dict.fromkeys(tidied))
    return tidied


def _tidy_text(parameter: Parameter | None, value: str) -> str:
    text = clean(value).strip()
    if parameter is None or parameter.type is ParameterType.LONG_TEXT:
        return text
    text = " ".join(text.split())
    return _as_listed(parameter, text) if parameter.type in _LISTED else text


def _as_listed(parameter: Parameter, text: str) -> str:
    """The choice that these words mean, whatever their case; else the words."""
    labels = {choice.label.casefold(): choice.value for choice in parameter.choices}
    values = {choice.value.casefold(): choice.value for choice in parameter.choices}
    return (labels | values).get(text.casefold(), text)


def _blank(value: object) -> bool:
    return value is None or value == "" or value == []


def _parameter(content: TemplateContent, key: str) -> Parameter | None:
    return next((parameter for parameter in content.parameters if parameter.key == key), None)


def _defaults(content: TemplateContent) -> dict[str, object]:
    return {
        parameter.key: _plain(parameter.default)
        for parameter in content.parameters
        if parameter.default is not None
    }


def _plain(value: object) -> object:
    """The value as JSON has it: the schema knows lists, not tuples."""
    return list(value) if isinstance(value, tuple) else value


def _canonical(parameter: Parameter, value: Any) -> OptionValue:
    """One form for one meaning: 3.0 is the integer 3, 3 is the number 3.0, a list a tuple."""
    if parameter.type is ParameterType.INTEGER:
        return int(value)
    if parameter.type is ParameterType.NUMBER:
        return float(value)
    if parameter.type is ParameterType.MULTIPLE_CHOICE:
        return tuple(value)
    known: OptionValue = value
    return known


# --- checking ---------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _validator(content: TemplateContent) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(json_schema(content), format_checker=checker)


def _errors(content: TemplateContent, options: Mapping[str, object]) -> Iterator[OptionError]:
    """One error an option: the template's own in its order, then the unknown ones."""
    failed = _failed_keywords(content, options)
    for parameter in content.parameters:
        if parameter.key in failed:
            yield _error(parameter, failed[parameter.key], options.get(parameter.key))
    unknown = (key for key in options if _parameter(content, key) is None)
    for key in islice(unknown, UNKNOWN_TOLD):
        yield _unknown(content, key)


def _failed_keywords(content: TemplateContent, options: Mapping[str, object]) -> dict[str, str]:
    """The first keyword of the schema that each option breaks, by the option's key."""
    failed: dict[str, str] = {}
    seen = {
        key: value[:LIST_SEEN] if isinstance(value, list) else value
        for key, value in options.items()
    }
    for error in sorted(_validator(content).iter_errors(seen), key=_rank):
        for key in _keys(error):
            failed.setdefault(key, str(error.validator))
    for key, value in options.items():
        if _not_finite(value):
            failed[key] = "type"
    return failed


def _rank(error: ValidationError) -> int:
    return _RANK.get(str(error.validator), len(_RANK))


def _keys(error: ValidationError) -> list[str]:
    if error.validator == "required":
        return [key for key in error.validator_value if key not in error.instance]
    return [str(error.path[0])] if error.path else []


def _not_finite(value: object) -> bool:
    """JSON has no NaN and no infinity, but Python's numbers do; and a float has an end."""
    try:
        return isinstance(value, int | float) and not abs(float(value)) < float("inf")
    except OverflowError:
        return True


def _error(parameter: Parameter, keyword: str, value: object) -> OptionError:
    if keyword == "required":
        detail = f"{parameter.key} is required: {expectation(parameter)}."
        return OptionError(key=parameter.key, code="required", detail=detail)
    detail = f"{parameter.key} must be {expectation(parameter)}, not {shown(value)}."
    return OptionError(key=parameter.key, code=CODES[keyword], detail=detail)


def _unknown(content: TemplateContent, key: str) -> OptionError:
    keys = [parameter.key for parameter in content.parameters]
    close = get_close_matches(key[:60], keys, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    there_are = f"there are: {', '.join(keys)}" if keys else "this template has none"
    detail = f"There is no option {shown(key)}; {there_are}.{hint}"
    return OptionError(key=key[:60], code="unknown_option", detail=detail)
