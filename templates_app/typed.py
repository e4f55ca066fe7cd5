"""Options typed by hand, `key=value`, turned into values of their types."""

import re
from collections.abc import Callable, Mapping

from templates_app.types import OptionValue, ParameterType, TemplateContent

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def from_text(content: TemplateContent, pairs: Mapping[str, str]) -> dict[str, OptionValue]:
    """Numbers, booleans and comma lists as such, for `normalise` to check.

    What is not of its type stays the text it was, and an unknown key stays: `normalise` then
    says what is wrong with it.
    """
    parameters = {parameter.key: parameter for parameter in content.parameters}
    return {
        key: value_from_text(parameters[key].type, text) if key in parameters else text
        for key, text in pairs.items()
    }


def value_from_text(kind: ParameterType, text: str) -> OptionValue:
    return _READERS.get(kind, str)(text.strip())


def text_from_value(value: OptionValue) -> str:
    """What one would type to get this value; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)


def _integer(text: str) -> OptionValue:
    return int(text) if _INTEGER.fullmatch(text) else text


def _number(text: str) -> OptionValue:
    return float(text) if _NUMBER.fullmatch(text) else text


def _boolean(text: str) -> OptionValue:
    return _BOOLEANS.get(text.casefold(), text)


def _list(text: str) -> OptionValue:
    return tuple(part for part in (part.strip() for part in text.split(",")) if part)


_READERS: dict[ParameterType, Callable[[str], OptionValue]] = {
    ParameterType.INTEGER: _integer,
    ParameterType.NUMBER: _number,
    ParameterType.BOOLEAN: _boolean,
    ParameterType.MULTIPLE_CHOICE: _list,
}
