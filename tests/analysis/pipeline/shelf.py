"""Sources, pages and questions for the tests of retrieval."""

import hashlib
import uuid
from datetime import UTC, date, datetime

from analysis.pipeline.library import Library
from analysis.types import Page, Passage, Question, SourceRef


def source(key: str, **facts: object) -> SourceRef:
    given: dict[str, object] = {
        "key": key,
        "id": uuid.uuid5(uuid.NAMESPACE_URL, key),
        "name": f"{key}.txt",
        "media_type": "text/plain",
        "language": "en",
        "pages": 1,
        "characters": 0,
        "sha256": hashlib.sha256(key.encode()).hexdigest(),
        "fetched_at": datetime(2024, 1, 1, tzinfo=UTC),
    }
    return SourceRef.model_validate({**given, **facts})


def pages(*texts: str) -> list[Page]:
    return [Page(number=number, text=text) for number, text in enumerate(texts, 1)]


def library(**texts: str) -> Library:
    """A library of one-page sources by their keys."""
    made = Library()
    for key, text in texts.items():
        made.add(source(key), pages(text))
    return made


def asked(query: str) -> Question:
    return Question(key="q", section="s", text=query, query=query)


def sources(found: list[Passage]) -> list[str]:
    return [passage.source for passage in found]


def day(text: str) -> date:
    return date.fromisoformat(text)
