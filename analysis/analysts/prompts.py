"""The prompts: Markdown files with a fixed list of `$names`, and a hash of all of them.

A file says what the model is (the system message), a line `---`, and what it is given.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import analysis.pipeline

FOLDER = Path(analysis.pipeline.__file__).parent / "prompts"
NAMES = frozenset(
    {
        "guidance",
        "language",
        "most",
        "options",
        "questions",
        "section",
        "sections",
        "sentences",
        "topic",
    }
)
DIVIDER = "\n---\n"
_NAME = re.compile(r"\$([a-z_]+)")


class Prompt(NamedTuple):
    """A system message and a user message, both with `$names` still in them."""

    system: str
    user: str

    def filled(self, values: Mapping[str, str]) -> "Prompt":
        """Both with their names replaced, in one pass: a value is never looked at again."""

        def value(match: re.Match[str]) -> str:
            return values[match.group(1)]

        return Prompt(_NAME.sub(value, self.system), _NAME.sub(value, self.user))


@lru_cache
def prompt(role: str) -> Prompt:
    """The prompt of a role; ValueError where a name is not one of the list."""
    text = (FOLDER / f"{role}.md").read_text(encoding="utf-8")
    unknown = set(_NAME.findall(text)) - NAMES
    if unknown:
        raise ValueError(f"{role}.md: unknown names {sorted(unknown)}; there are {sorted(NAMES)}.")
    system, user = text.split(DIVIDER)
    return Prompt(system.strip(), user.strip())


@lru_cache
def version() -> str:
    """A hash over all prompts: what a report was written with."""
    files = sorted(FOLDER.glob("*.md"))
    texts = "\x1f".join(f"{file.name}\x1e{file.read_text(encoding='utf-8')}" for file in files)
    return hashlib.sha256(texts.encode()).hexdigest()
