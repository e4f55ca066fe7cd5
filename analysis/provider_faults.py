"""What an HTTP error of a model server means: pay, wait, mend, ask otherwise, or give up."""

import re
from dataclasses import dataclass

import httpx2

from analysis.dialects import is_about_form
from analysis.journal import CallFailed

LONGEST_WAIT = 60.0
UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})
OVERFLOW = re.compile(
    r"context.{0,20}(?:length|window|size)|maximum context|too many tokens|prompt is too long",
    re.IGNORECASE,
)
NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"})


@dataclass(frozen=True)
class Fault:
    """The parts of an error that tell what it means; `wait` is the header Retry-After."""

    status: int
    code: str
    kind: str
    message: str
    wait: str = ""

    @property
    def text(self) -> str:
        return f"{self.code} {self.kind} {self.message}"


# Nothing was sent: nobody listens there, or the address is none.
NEVER_CONNECTED = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)
# Redirections and a method that is not allowed: the path of the address is another's.
ELSEWHERE = (301, 302, 303, 307, 308, 405)


def meaning(fault: Fault) -> CallFailed:
    """The fault as the journal understands it (platform.openai.com, guide to error codes)."""
    status = fault.status
    if NO_CREDIT & {fault.code, fault.kind} or status == 402:
        return _lasting("insufficient_quota", fault)
    if status == 429:
        wait = _seconds(fault.wait)
        return CallFailed("rate_limited", fault.message, maybe_paid=False, retry_after=wait)
    if status >= 500 or status in (408, 409):
        code = f"http_{status}"
        return CallFailed(code, fault.message, maybe_paid=status >= 500, retry_after=0.5)
    return _lasting(_code(fault), fault)


def _code(fault: Fault) -> str:
    if fault.status in (401, 403):
        return "invalid_api_key"
    if fault.status in ELSEWHERE or (fault.status == 404 and not _knows_models(fault)):
        return "wrong_address"
    if fault.status == 404:
        return "model_not_found"
    if _overflows(fault):
        return "context_overflow"
    if fault.code == "content_filter":
        return "content_filter"
    if fault.code in UNSUPPORTED or is_about_form(fault.message) or "unsupported" in fault.message:
        return "unsupported"
    return fault.code or f"http_{fault.status}"


def _knows_models(fault: Fault) -> bool:
    """Whether a model server says so, and not a web server that has no such page."""
    return bool(fault.code or fault.kind) or "model" in fault.message.casefold()


def _overflows(fault: Fault) -> bool:
    """OpenAI has a code for it, llama.cpp a type, others only words."""
    if fault.code == "context_length_exceeded" or fault.kind == "exceed_context_size_error":
        return True
    return fault.status in (400, 413) and bool(OVERFLOW.search(fault.message))


def _lasting(code: str, fault: Fault) -> CallFailed:
    return CallFailed(code, fault.message, maybe_paid=False)


def _seconds(wait: str) -> float:
    try:
        return min(LONGEST_WAIT, max(0.0, float(wait)))
    except ValueError:
        return 1.0


def not_answered(cause: BaseException | None, detail: str) -> CallFailed:
    """No answer: surely nothing was executed only if there never was a connection."""
    never = isinstance(cause, NEVER_CONNECTED)
    code = "unreachable" if never else "no_answer"
    return CallFailed(code, detail, maybe_paid=not never, retry_after=0.5)
