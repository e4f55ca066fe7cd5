"""The Draft itself as JSON: the stable form, for programs and for archives.

Fields and their order are those of `analysis.types.Draft`, whose JSON Schema describes them;
options are in the order of their keys, because a database may keep none. Numbers that must be
exact are strings, dates ISO 8601. Reading the file back gives an equal Draft:
`Draft.model_validate_json(file)`.
"""

from analysis.types import Draft


def render(draft: Draft) -> bytes:
    options = dict(sorted(draft.brief.options.items()))
    brief = draft.brief.model_copy(update={"options": options})
    return draft.model_copy(update={"brief": brief}).model_dump_json(indent=2).encode() + b"\n"
