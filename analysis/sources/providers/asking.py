"""How every provider is asked: through the door, its answer read as one type, its errors named."""

import html
import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from lxml import etree
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from analysis.sources.door.types import Ask, Door, Egress, FetchFailed
from analysis.sources.providers.types import ProviderFailed

T = TypeVar("T")
TAG = re.compile(r"<[^<>]{1,200}>")
SNIPPET = 1000
# Others answer meanwhile: one that is away shall not hold up a run for long.
PATIENCE_SECONDS = 60.0
# By the status of the answer; what is not here is "failed".
CODES = {
    400: "bad_query",
    401: "denied",
    402: "quota",
    403: "denied",
    404: "bad_query",
    414: "bad_query",
    422: "bad_query",
    429: "limited",
    432: "quota",
    433: "quota",
}
MEANINGS = {
    "bad_query": "it did not accept the question",
    "denied": "it did not let us in; a key is missing or wrong, or who asks is (CONTACT_EMAIL)",
    "quota": "what was paid for is used up",
    "limited": "too many requests",
    "failed": "its server has a fault",
}
# In the codes of a door that stayed shut.
BLOCKED = ("blocked", "own_host", "bad_url", "robots")


class Shape(BaseModel):
    """A part of a provider's answer: the fields that we read; others may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def base(name: str, default: str) -> str:
    """The address of a provider's API: its own, or the one that PROVIDER_URLS gives."""
    return str(settings.PROVIDER_URLS.get(name, default)).rstrip("/")


def address(place: str, **query: object) -> str:
    """The place with its query; parameters that are empty are left out."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{place}?{urlencode(given)}" if given else place


async def asked(
    label: str, ask: Ask, door: Door, egress: Egress, *, denied: Container[int] = ()
) -> bytes:
    """The bytes of an answer; `denied` are further statuses that mean so.

    Raises ProviderFailed, whose words name no address and no key.
    """
    if ask.patience_seconds is None:
        ask = ask.model_copy(update={"patience_seconds": PATIENCE_SECONDS})
    try:
        fetched = await door.fetch(ask, egress)
    except FetchFailed as failure:
        raise _failed(label, failure, denied) from None
    return fetched.content


async def asked_json(
    label: str,
    ask: Ask,
    shape: type[T],
    door: Door,
    egress: Egress,
    *,
    denied: Container[int] = (),
) -> T:
    """A JSON answer as its shape. Raises ProviderFailed."""
    return as_json(label, await asked(label, ask, door, egress, denied=denied), shape)


def as_json(label: str, content: bytes, shape: type[T]) -> T:
    try:
        return TypeAdapter(shape).validate_json(content)
    except (ValidationError, RecursionError):
        raise ProviderFailed("malformed", f"{label} answered what is not its JSON.") from None


def as_xml(label: str, content: bytes) -> Any:
    """Parsed without entities, without a DTD and without the network."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise ProviderFailed("malformed", f"{label} answered what is not its XML.")
    return root


def _failed(label: str, failure: FetchFailed, denied: Container[int]) -> ProviderFailed:
    if failure.status >= 400:
        code = "denied" if failure.status in denied else CODES.get(failure.status, "failed")
        return ProviderFailed(code, f"{label} answered {failure.status}: {MEANINGS[code]}.")
    if any(word in failure.code for word in BLOCKED):
        return ProviderFailed("blocked", f"This analysis may not reach {label}.")
    if failure.status:
        return ProviderFailed("malformed", f"{label} gave no answer ({failure.code}).")
    return ProviderFailed("unreachable", f"{label} could not be reached ({failure.code}).")


def plain(text: str | None, most: int = SNIPPET) -> str:
    """A text of a record without its mark-up, on one line."""
    bare = html.unescape(TAG.sub(" ", text or ""))
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(bare.split()))[:most]


def day(text: str | None) -> date | None:
    """The day that an ISO date or time begins with; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def day_of(year: object, month: object = 1, number: object = 1) -> date | None:
    """The day of these parts, of which all but the year may be missing."""
    try:
        return date(int(str(year)), int(str(month or 1)), int(str(number or 1)))
    except ValueError:
        return None


def bare_doi(text: str | None) -> str:
    """A DOI without its resolver, in lower case, as DOIs are compared."""
    found = re.search(r"10\.\d{4,9}/\S+", text or "")
    return found.group().rstrip(".,;)").lower() if found else ""


def record(title: str, facts: Mapping[str, str], body: str) -> str:
    """A record as a text of its own: what a reader of the source is shown."""
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    return "\n".join([title, *lines, "", body]).strip() + "\n" if body else ""
