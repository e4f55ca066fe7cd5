"""A folder of documents with questions and gold evidence, read the way the product reads.

The folder holds any of `articles.jsonl`, `filings/`, `formats/`, `transcripts/` and
`questions*.jsonl`; what is missing or cannot be read is said on stderr and skipped.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from analysis.sources.reading import read
from analysis.types import Page

ARTICLES = "articles"
FOLDERS = ("filings", "formats", "transcripts")
LEFT_OUT = ("LICENSE", "unscored")


class Document(NamedTuple):
    """One document; `group` names the index that it is searched in, `name` is its id or file."""

    name: str
    title: str
    published_on: date | None
    as_of: date | None
    language: str
    group: str
    pages: tuple[Page, ...]


class Fact(NamedTuple):
    """Gold words and where they stand: (document, page), the page None without pages."""

    wordings: tuple[str, ...]
    locations: frozenset[tuple[str, int | None]]


class Asked(NamedTuple):
    """An answerable question with the facts that answer it; `kind` names its set."""

    id: str
    kind: str
    question: str
    facts: tuple[Fact, ...]

    @property
    def paged(self) -> bool:
        return all(page is not None for fact in self.facts for _, page in fact.locations)

    @property
    def documents(self) -> set[str]:
        return {document for fact in self.facts for document, _ in fact.locations}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def questions(folder: Path) -> list[Asked]:
    """The answerable questions that have gold evidence, of every questions*.jsonl."""
    found = [row for path in sorted(folder.glob("questions*.jsonl")) for row in rows(path)]
    asked = [row for row in found if row["answerable"] and row.get("evidence")]
    say(f"{len(asked)} of {len(found)} questions have an answer with evidence")
    return [Asked(row["id"], row["collection"], row["question"], facts(row)) for row in asked]


def facts(row: dict[str, Any]) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            tuple({fact["fact"], *fact.get("alternatives", ())}),
            frozenset((place["doc"], place.get("page")) for place in fact["locations"]),
        )
        for fact in row["evidence"]
    )


def documents(folder: Path) -> list[Document]:
    """Every document that can be read: the articles, and the files of the folders."""
    found = articles(folder / "articles.jsonl")
    for name in FOLDERS:
        paths = sorted(path for path in (folder / name).glob("*") if path.is_file())
        if not paths:
            say(f"skipped: there is no {name}/")
        found += [one for path in paths if (one := document(path)) is not None]
    return found


def articles(path: Path) -> list[Document]:
    if not path.exists():
        say(f"skipped: there is no {path.name}")
        return []
    return [
        Document(
            row["id"],
            row["title"],
            published_on := day(row.get("published_at")),
            published_on,
            row.get("language") or "en",
            ARTICLES,
            (Page(number=1, text=row["text"]),),
        )
        for row in rows(path)
    ]


def document(path: Path) -> Document | None:
    """A file as the product reads it; None when it has no text, as a scan has none."""
    if path.name.startswith(LEFT_OUT):
        return None
    try:
        reading = read(path.read_bytes(), path.name)
    except Exception as error:
        say(f"skipped: {path.name}: {error}")
        return None
    if not any(page.text.strip() for page in reading.pages):
        say(f"skipped: {path.name} has no text")
        return None
    return Document(
        path.name,
        reading.title,
        reading.published_on,
        reading.as_of,
        reading.language,
        "pdf" if path.suffix.lower() == ".pdf" else "texts",
        reading.pages,
    )


def day(text: str | None) -> date | None:
    """An ISO date, of which the month or the day may be left out."""
    if not text:
        return None
    return date(*[int(part) for part in f"{text}-01-01".split("-")[:3]])


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
