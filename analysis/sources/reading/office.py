"""The parts of an Office file (Open Packaging), read without an Office library.

Parts are found by their relationships and told by local names, so that files of the strict
and the transitional standard, with and without macros, read the same. Nothing outside of the
file is ever fetched, and no entity is resolved.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from lxml import etree

from analysis.sources.reading import archive, dates, labels
from analysis.sources.reading.types import Unreadable

CORE = "docProps/core.xml"
# When the empty files were made with which python-docx and python-pptx begin.
EMPTY_TEMPLATES = (date(2013, 12, 23), date(2013, 1, 27))


class Facts(NamedTuple):
    """What the file says of itself."""

    title: str = ""
    author: str = ""
    created_on: date | None = None


class Package:
    """An Office file that was checked; its parts are parsed when they are asked for."""

    def __init__(self, content: bytes) -> None:
        archive.check(content)
        self._zip = zipfile.ZipFile(io.BytesIO(content))

    def main(self) -> str:
        """The name of the part that holds the document itself."""
        for name in self.related("", "officeDocument"):
            return name
        raise damaged()

    def part(self, name: str) -> Any:
        """The root element of a part; raises Unreadable if it is missing or no XML."""
        parser = etree.XMLParser(
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(self._zip.read(name), parser)
        except (KeyError, etree.XMLSyntaxError):
            raise damaged() from None

    def related(self, name: str, kind: str) -> list[str]:
        """The parts that a part is related to in this way, such as "footnotes"."""
        return [target for found, target in self.relations(name).values() if found == kind]

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """By id: the kind and the part of each relation of a part that stays inside the file."""
        folder, base = posixpath.split(name)
        table = posixpath.join(folder, "_rels", f"{base}.rels")
        if table not in self._zip.NameToInfo:
            return {}
        return {
            relation.get("Id", ""): (relation.get("Type", "").rpartition("/")[2], target)
            for relation in self.part(table)
            if (target := _target(folder, relation)) in self._zip.NameToInfo
        }

    def facts(self) -> Facts:
        if CORE not in self._zip.NameToInfo:
            return Facts()
        said = {local(element): element.text or "" for element in self.part(CORE)}
        created_on = dates.first_date(said.get("created", ""))
        return Facts(
            title=labels.title_of(said.get("title", "")),
            author=labels.author_of(said.get("creator", "")),
            created_on=None if created_on in EMPTY_TEMPLATES else created_on,
        )


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def within(element: Any, name: str) -> Iterator[Any]:
    """The nearest descendants of this name, not those inside of one another."""
    for child in element:
        if local(child) == name:
            yield child
        else:
            yield from within(child, name)


def damaged() -> Unreadable:
    return Unreadable(
        "file_unreadable", "The Office file is damaged. Please save and upload it again."
    )


def _target(folder: str, relation: Any) -> str:
    """The member that a relation names; one that leads outside names none."""
    path = relation.get("Target", "")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
