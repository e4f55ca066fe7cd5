"""Log records that say what they are about and never repeat what a user gave.

Texts of users reach a log through messages of exceptions, dumps of libraries and query strings.
So an exception is told by its kind and its places, a library by the first line of its message,
a request by its route. With `full=True`, which is for DEBUG, nothing is left out.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError

from researcher.kit.traces import kind, trace

OURS = ("researcher", "analysis", "reports", "templates_app")
# What a record may carry by `extra={...}` besides its message.
EXTRAS = (
    "analysis_id",
    "source",
    "method",
    "route",
    "status_code",
    "seconds",
)
# Errors of the parts below us: their words tell of hosts, locks and disks, not of users.
TELLING = (OperationalError, InterfaceError, OSError)
# The same, of packages that are not loaded for their names only.
TELLING_KINDS = (
    "psycopg.OperationalError",
    "redis.exceptions.ConnectionError",
    "redis.exceptions.TimeoutError",
)
LEFT_OUT = "[left out]"
# Where the words of an exception begin in a line of a library.
CUTS = {"django-q": " - "}

_subject: ContextVar[Mapping[str, str]] = ContextVar("subject", default={})  # noqa: B039


class Private(str):
    """A text that may hold what a user gave: shown by `full` formatters only."""

    __slots__ = ()


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Every record of this block, and of tasks begun in it, carries these ids.

    `with about(analysis_id=pk): ...`
    """
    token = _subject.set(_subject.get())
    try:
        add(**ids)
        yield
    finally:
        _subject.reset(token)


def add(**ids: object) -> None:
    """Add ids to the block that we are in."""
    _subject.set({**_subject.get(), **{name: str(value) for name, value in ids.items()}})


def subject() -> Mapping[str, str]:
    """The ids that a record logged just now would carry."""
    return _subject.get()


# --- formatters -------------------------------------------------------------------------


class Lines(logging.Formatter):
    """A readable line a record; its ids in brackets at the end."""

    def __init__(self, *, full: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.full = full

    def format(self, record: logging.LogRecord) -> str:
        if self.full:
            return super().format(record)
        ids = " ".join(f"{name}={value}" for name, value in ids_of(record).items())
        time, level = self.formatTime(record), record.levelname
        line = f"{time} {level} {record.name} {message_of(record)}" + (f" [{ids}]" if ids else "")
        return "\n".join(filter(None, [line, trace_of(record)]))


class JsonLines(logging.Formatter):
    """A JSON object a line: time (UTC), level, logger, message, pid, ids, extras, trace."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            "pid": record.process,
            **ids_of(record),
        }
        if told := trace_of(record):
            line["trace"] = told
        return json.dumps(line, ensure_ascii=False, default=str)


def ids_of(record: logging.LogRecord) -> dict[str, Any]:
    """The ids of a record's subject, the request's own, and what it carries as extras."""
    ids: dict[str, Any] = dict(subject())
    # Django tells of a request after all middleware, when its block is over.
    of_request = getattr(getattr(record, "request", None), "request_id", None)
    if of_request:
        ids.setdefault("request_id", of_request)
    carried = {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
    return ids | {name: value for name, value in carried.items() if value is not None}


def message_of(record: logging.LogRecord) -> str:
    """The message without the words of exceptions; of foreign loggers only the first line."""
    args = tuple(map(_told, record.args)) if isinstance(record.args, tuple) else record.args
    message = str(_told(record.msg))
    message = message % args if args else message
    if record.name.partition(".")[0] in OURS:
        return message
    return message.partition("\n")[0].partition(CUTS.get(record.name, "\n"))[0]


def _told(part: object) -> object:
    if isinstance(part, Private):
        return LEFT_OUT
    if not isinstance(part, BaseException):
        return part
    return f"{kind(part)}: {' '.join(str(part).split())}" if _is_telling(part) else kind(part)


def _is_telling(error: BaseException) -> bool:
    return isinstance(error, TELLING) or kind(error) in TELLING_KINDS


def trace_of(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return ""
    return trace(error) + (f"\n{_told(error)}" if _is_telling(error) else "")
