"""The Draft itself as JSON: the stable form, for programs and for archives.

Fields and their order are those of `analysis.types.Draft`, whose JSON Schema describes them;
numbers that must be exact are strings, dates ISO 8601. Reading the file back gives an equal
Draft: `Draft.model_validate_json(file)`.
"""

from analysis.types import Draft


def render(draft: Draft) -> bytes:
    return draft.model_dump_json(indent=2).encode() + b"\n"
