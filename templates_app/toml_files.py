"""Templates from TOML files, checked whole before anyone uses them."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError as FieldErrors
from pydantic import ValidationError

from templates_app import rules
from templates_app.models import AnalysisTemplate, TemplateParameter, TemplateSection
from templates_app.types import TemplateContent

SHARED = "_common.toml"


class BrokenCatalogue(Exception):
    """A file that cannot be loaded: its name, the key in it, and what is wrong there."""

    def __init__(self, file: str, key: str, detail: str) -> None:
        super().__init__(file, key, detail)
        self.file = file
        self.key = key
        self.detail = detail

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.detail) if part)


def read(directory: Path) -> tuple[TemplateContent, ...]:
    """The templates of all files but those that begin with "_", by file name.

    `_common.toml` has the parameters that the others take by `use = "key"`. Raises
    BrokenCatalogue.
    """
    shared = _parsed(directory / SHARED) if (directory / SHARED).exists() else {}
    contents: dict[str, TemplateContent] = {}
    for path in sorted(directory.glob("[!_]*.toml")):
        content = read_file(path, shared)
        if content.slug in contents:
            raise BrokenCatalogue(path.name, "slug", f"Another file has {content.slug!r} too.")
        contents[content.slug] = content
    return tuple(contents.values())


def read_file(path: Path, shared: Mapping[str, Any]) -> TemplateContent:
    """The checked content of one file. Raises BrokenCatalogue."""
    parsed = _parsed(path)
    sections = _tables(path, parsed, "sections")
    rows = _tables(path, parsed, "parameters")
    parameters = [_parameter(path, row, shared) for row in rows]
    lists = {"sections": sections, "parameters": parameters}
    try:
        content = TemplateContent.model_validate({**parsed, **lists, "version": 0})
    except ValidationError as error:
        first = error.errors()[0]
        raise BrokenCatalogue(path.name, _key(first["loc"]), first["msg"]) from None
    if "\\u0000" in content.model_dump_json():
        raise BrokenCatalogue(path.name, "", "U+0000 in a text: no database stores it.")
    for fault in (*rules.content_faults(content), *_field_faults(content)):
        raise BrokenCatalogue(path.name, fault.field, fault.detail)
    return content


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenCatalogue(path.name, "", f"This is no TOML: {error}") from None


def _tables(path: Path, parsed: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = parsed.get(name, [])
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    raise BrokenCatalogue(path.name, name, f"Write each as a table of its own: [[{name}]].")


def _parameter(path: Path, row: dict[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the fields of the shared parameter that it uses, and its choices in full."""
    own = {name: value for name, value in row.items() if name != "use"}
    if "use" in row:
        if row["use"] not in shared:
            detail = f"There is no {row['use']!r} in {SHARED}; there are: {', '.join(shared)}."
            raise BrokenCatalogue(path.name, "parameters.use", detail)
        own = {"key": row["use"], **shared[row["use"]], **own}
    if isinstance(own.get("choices"), list):
        own["choices"] = [_choice(choice) for choice in own["choices"]]
    return own


def _choice(choice: object) -> object:
    """A choice may be said as a text alone: it is then its own label."""
    return {"value": choice, "label": choice} if isinstance(choice, str) else choice


def _key(location: tuple[int | str, ...]) -> str:
    """Such as `sections[2].kind`: the second [[sections]] of the file."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).lstrip(".")


def _field_faults(content: TemplateContent) -> Iterator[rules.Fault]:
    """What the rows themselves refuse: a text that is too long or missing, a slug that is none."""
    rows = {
        "": AnalysisTemplate(slug=content.slug, name=content.name, description=content.description),
        **{
            f"sections.{each.key}.": TemplateSection(**each.model_dump())
            for each in content.sections
        },
        **{
            f"parameters.{each.key}.": TemplateParameter(**each.model_dump(mode="json"))
            for each in content.parameters
        },
    }
    for path, row in rows.items():
        try:
            row.clean_fields(exclude=["template"])
        except FieldErrors as error:
            for field, messages in error.message_dict.items():
                yield rules.Fault(field=path + field, code="invalid", detail=" ".join(messages))
