"""The names that may stand in a section's guidance for parts of the request: `$topic` and few more.

A fixed list and one pass, no template language: what a user typed is never looked at again, and
braces of any kind are plain text.
"""

import re
from collections.abc import Mapping

NAMES = ("topic", "client_segment", "jurisdiction", "industry", "depth")

# Also `${topic}`, so that the other common way to write it is refused and not printed.
_NAME = re.compile(r"\$(\{?[A-Za-z_][A-Za-z0-9_]*\}?)")


def unknown_names(text: str) -> tuple[str, ...]:
    """The `$names` of a text that nothing stands for, each once."""
    return tuple(dict.fromkeys(name for name in _NAME.findall(text) if name not in NAMES))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its names replaced; a name without a value goes, and its space with it."""
    replaced = _NAME.sub(lambda match: _value(match, values), text)
    return re.sub(r"[ \t]{2,}", " ", replaced).replace(" .", ".").replace(" ,", ",").strip()


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match.group(1)
    return values.get(name, "") if name in NAMES else match.group(0)
