"""A line of JSON becomes a source. Runs in a child process: lines are not to be trusted.

{"id", "title", "url", "source", "published_at", "text"} and, where they are known, "author" or
"authors", "doi", "language"; other members are left alone. Only `text` must be there.
"""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from analysis.importing.prints import Print, print_of
from analysis.pipeline.forward import packed
from analysis.sources.reading import dates
from analysis.sources.reading.cleaning import cleaned, suspicions
from analysis.sources.reading.language import language_of
from analysis.sources.reading.limits import MAX_CHARACTERS
from analysis.sources.reading.types import Reading, ReadingWarning
from analysis.types import Page
from researcher.kit.frozen import Frozen
from researcher.kit.refusal import Refusal
from researcher.kit.text import clean

MEDIA_TYPE = "application/json"
# So much of a text tells its language.
FRONT = 3000
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")
LANGUAGE = re.compile("[a-z]{2}")
AUTHORS_SHOWN = 20


class Record(Frozen):
    """One line as it is stored, told from line `number`; `facts` are what it says of its text.

    `forward` is its packed forward index in Base64.
    """

    number: int
    name: str
    facts: dict[str, str] = {}
    reading: Reading | None = None
    url: str = ""
    print: Print | None = None
    forward: str = ""
    code: str = ""
    detail: str = ""

    def content(self) -> bytes:
        """The bytes of its source. All facts are in them: who sends others has another source."""
        if self.reading is None:
            return b""
        members = {**self.facts, "text": self.reading.pages[0].text}
        return json.dumps(members, ensure_ascii=False, sort_keys=True).encode()


def records(lines: Sequence[tuple[int, bytes]]) -> list[Record]:
    """What each line (its number, its bytes) holds; a bad one says what is wrong with it."""
    return [_record(number, line) for number, line in lines]


def _record(number: int, line: bytes) -> Record:
    try:
        return _good(number, _members(line))
    except Refusal as refusal:
        return Record(
            number=number, name=f"line {number}", code=refusal.code, detail=refusal.detail
        )


def _members(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refusal("line_not_utf8", "The line is not UTF-8: save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise Refusal("line_not_json", f"The line is not JSON: {str(error)[:200]}.") from None
    if not isinstance(value, dict):
        raise Refusal("line_not_object", 'The line is no object: give {"title": ..., "text": ...}.')
    return value


def _good(number: int, members: dict[str, Any]) -> Record:
    text = _body(members)
    warnings = suspicions(members["text"])
    title, url = _text(members, "title"), _url(members, warnings)
    published_on = _published_on(members, warnings)
    facts = {
        "title": title,
        "author": _author(members),
        "url": url,
        "source": _text(members, "source"),
        "doi": _text(members, "doi"),
        "published_at": published_on.isoformat() if published_on else "",
    }
    pages, language = (Page(number=1, text=text),), _language(members, text)
    return Record(
        number=number,
        name=title or _text(members, "id") or f"line {number}",
        facts=facts,
        reading=Reading(
            media_type=MEDIA_TYPE,
            title=title,
            author=facts["author"],
            published_on=published_on,
            as_of=dates.period_end(text) or dates.state(text) or published_on,
            language=language,
            site=facts["source"],
            doi=facts["doi"],
            pages=pages,
            warnings=tuple(warnings),
        ),
        url=url,
        print=print_of(text),
        forward=b64encode(packed(pages, language)).decode(),
    )


def _body(members: dict[str, Any]) -> str:
    text = members.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal("text_missing", 'The member "text" must hold the text of the article.')
    if len(text) > MAX_CHARACTERS:
        detail = f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read."
        raise Refusal("file_too_complex", detail)
    text = cleaned(text)
    if not text.strip():
        raise Refusal("text_missing", "The text has no characters that can be printed.")
    return text


def _text(members: dict[str, Any], name: str) -> str:
    """A short text on one line; a number is written out, all else is left alone."""
    value = members.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return " ".join(clean(value).split())[:500] if isinstance(value, str) else ""


def _author(members: dict[str, Any]) -> str:
    if named := _text(members, "author") or _text(members, "authors"):
        return named
    several = members.get("authors")
    names = several[:AUTHORS_SHOWN] if isinstance(several, list) else []
    return "; ".join(filter(None, (_text({"name": name}, "name") for name in names)))[:500]


def _url(members: dict[str, Any], warnings: list[ReadingWarning]) -> str:
    url = _text(members, "url")
    try:
        is_web = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        is_web = False
    if url and not is_web:
        detail = "Its url is no address of the web (http or https) and was left out."
        warnings.append(ReadingWarning(code="url_left_out", detail=detail))
    return url if is_web else ""


def _published_on(members: dict[str, Any], warnings: list[ReadingWarning]) -> date | None:
    said = _text(members, "published_at")
    found = DATE.fullmatch(said)
    try:
        day = date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if said and day is None:
        detail = f"Its published_at is {said[:40]!r}: give a date such as 2024-05-31."
        warnings.append(ReadingWarning(code="date_left_out", detail=detail))
    return day


def _language(members: dict[str, Any], text: str) -> str:
    said = _text(members, "language").lower()
    return said if LANGUAGE.fullmatch(said) else language_of(text[:FRONT])
