"""What came instead of content, each with a code and a sentence: an outcome, never evidence."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from analysis.sources.door.types import FetchFailed
from analysis.sources.door.urls import Target

GOOD = frozenset({200, 203})
SENTENCES = {
    401: "asks for a login",
    402: "asks for a payment",
    403: "does not let us read this (403)",
    404: "has no such page (404)",
    406: "has it in no form that is read (406)",
    410: "has taken this page down (410)",
    429: "was asked too often (429)",
    451: "may not show this for legal reasons (451)",
}
# Answers by which a server says that it is busy, or that one before it is.
PASSING = frozenset({"http_429", "http_5xx", "fetch_unreachable", "fetch_truncated"})
NOT_PASSING = frozenset({501, 505})
# Where a site sends a visitor first who has to agree to something, or to log in.
CONSENT_HOST = re.compile(r"^(consent|guce|privacy-?mgmt)\.")
CONSENT_PATH = re.compile(r"/(cookie-?(wall|consent)|consent|collectconsent|privacy-gate)\b", re.I)
LOGIN_PATH = re.compile(r"/(log-?in|sign-?in|signon|sso|auth|account/login)\b", re.I)


def check_status(status: int, headers: Mapping[str, str], target: Target) -> None:
    """Raises FetchFailed for every answer that is not plain content."""
    if status in GOOD:
        return
    if status == 204:
        raise empty(target.host, status)
    what = SENTENCES.get(status, f"answered {status}")
    code = f"http_{status}" if status in SENTENCES else f"http_{status // 100}xx"
    wait = retry_after(headers) if status in (429, 503) else None
    raise FetchFailed(code, f"{target.host} {what}.", status=status, retry_after=wait)


def check_content(content: bytes, asked: Target, target: Target) -> None:
    """Raises FetchFailed (empty_page, consent_wall, login_wall)."""
    if not content.strip():
        raise empty(target.host)
    if target == asked:
        return
    if CONSENT_HOST.match(target.host) or CONSENT_PATH.search(_gate(target)):
        raise consent_wall(target.host)
    if LOGIN_PATH.search(_gate(target)) and not LOGIN_PATH.search(_gate(asked)):
        raise login_wall(target.host)


def is_passing(failed: FetchFailed) -> bool:
    """Whether the same request may well be answered a little later."""
    return failed.code in PASSING and failed.status not in NOT_PASSING


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks us to wait, as a number or until a date."""
    said = headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def empty(host: str, status: int = 200) -> FetchFailed:
    return FetchFailed("empty_page", f"{host} answered with an empty page.", status=status)


def consent_wall(host: str) -> FetchFailed:
    detail = f"{host} shows a page that asks for consent, and not the content."
    return FetchFailed("consent_wall", detail, status=200)


def login_wall(host: str) -> FetchFailed:
    detail = f"{host} shows a page to log in, and not the content."
    return FetchFailed("login_wall", detail, status=200)


def _gate(target: Target) -> str:
    return target.path.partition("?")[0]
