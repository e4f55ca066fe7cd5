"""The live log of one analysis, to its owner.

`/ws/analyses/<id>/?after=N` sends a `snapshot`, then every event after N in order, and closes
with 1000 after the final one. N beyond the log's end is answered by `{"type": "reset"}` before
the snapshot and by all events from 1. The client may send `{"type": "ping"}`. Before any other
close the client is sent `{"type": "error", "code", "detail"}`.
"""

import asyncio
import json
import logging
import re
import time
from collections import Counter, deque
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import Error

from analysis.frames import Head, head_of
from analysis.live import reader
from analysis.models import Analysis
from analysis.snapshot import snapshot_of
from researcher.kit.closing import CLOSE_CODES, DONE, error_message
from researcher.kit.refusal import Refusal
from researcher.kit.rows import rows

logger = logging.getLogger(__name__)

LARGEST_SEQ = 2**63 - 1
LAST_WORDS_SECONDS = 1.0


class Limits(NamedTuple):
    recheck_seconds: float = 60.0
    messages_per_minute: int = 100
    sockets_per_user: int = 50  # in one web process; so many times the processes in all
    message_bytes: int = 64 * 1024


LIMITS = Limits()


class AnalysisConsumer(AsyncWebsocketConsumer):
    """One socket: a cursor into the log, moved on by the reader that all sockets share."""

    channel_layer_alias = None  # type: ignore[assignment]  # rings go to the reader
    user: AbstractBaseUser
    open_sockets: ClassVar[Counter[int]] = Counter()

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__()
        self.limits = limits
        self.user_pk: int | None = None
        self.closing = False
        self.tasks: list[asyncio.Task[None]] = []
        self.heard: deque[float] = deque(maxlen=limits.messages_per_minute)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()

    def _leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        if self.user_pk is not None:
            self.open_sockets.subtract([self.user_pk])
            if not self.open_sockets[self.user_pk]:
                del self.open_sockets[self.user_pk]

    async def connect(self) -> None:
        await self.accept()
        self._start(self._live())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        try:
            self._count_message()
            check_message(text_data, self.limits.message_bytes)
            await self._deliver('{"type":"pong"}')
        except Refusal as refusal:
            await self._refuse(refusal)

    async def _live(self) -> None:
        after = after_of(self.scope["query_string"])
        await self._authenticate()
        self._count_socket()
        self._start(self._stay_sure())
        analysis_id = self.scope["url_route"]["kwargs"]["analysis_id"]
        opened = await rows(open_log, self.user, analysis_id)
        if after > opened.head.last_seq:
            await self._deliver('{"type":"reset"}')
            after = 0
        await self._deliver(opened.snapshot)
        await self._follow(analysis_id, opened.head, after)

    async def _follow(self, analysis_id: UUID, head: Head, after: int) -> None:
        """Send every event after this number until the run is over."""
        with reader().watching(analysis_id, head) as watched:
            while frames := await watched.after(after, self._pour):
                for frame in frames:
                    await self._deliver(frame.text)
                after = frames[-1].seq
        if watched.gone:
            raise Refusal("not_found", "This analysis was deleted.")
        await self._close(DONE)

    async def _authenticate(self) -> None:
        """Learn who it is, and that it is still the same user."""
        scope: Any = self.scope
        user = await scope["authenticate"]()
        if not user.is_authenticated or self.user_pk not in (None, user.pk):
            detail = "Log in, or send the header Authorization: Token <your token>."
            raise Refusal("not_authenticated", detail)
        self.user = user

    async def _stay_sure(self) -> None:
        """Notice a logout, a revoked token, a deactivated user."""
        while True:
            await asyncio.sleep(self.limits.recheck_seconds)
            with suppress(Error):  # a database that is away proves nothing
                await self._authenticate()

    def _count_socket(self) -> None:
        most, pk = self.limits.sockets_per_user, self.user.pk
        if self.open_sockets[pk] >= most:
            detail = f"You have {most} open sockets: close one of them first."
            raise Refusal("too_many_sockets", detail)
        self.user_pk = pk
        self.open_sockets[pk] += 1

    def _count_message(self) -> None:
        now, most = time.monotonic(), self.limits.messages_per_minute
        if len(self.heard) == most and now - self.heard[0] < 60:
            raise Refusal("too_many_messages", f"At most {most} messages a minute are read.")
        self.heard.append(now)

    async def _deliver(self, text: str) -> None:
        """Send it; refused when the client does not read, so that the network takes no more."""
        try:
            await self.send(text_data=text)
        except TimeoutError:
            detail = "You read too slowly: connect again with after=<the last seq you have>."
            raise Refusal("too_slow", detail) from None

    def _pour(self, wire: bytes) -> bool:
        """Frames that are made already, straight to the network if it takes them now."""
        scope: Any = self.scope
        return not self.closing and scope["pour"](wire)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(self._guarded(work)))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """No task of a socket ends without a word to the client."""
        try:
            await work
        except Refusal as refusal:
            await self._refuse(refusal)
        except Exception:
            logger.exception("a socket failed")
            detail = "The server failed: connect again with after=<the last seq you have>."
            await self._refuse(Refusal("server_error", detail))

    async def _refuse(self, refusal: Refusal) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.send(text_data=error_message(refusal))
        await self._close(CLOSE_CODES[refusal.code])

    async def _close(self, code: int) -> None:
        if not self.closing:
            self.closing = True
            await self.close(code)
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()


class Opened(NamedTuple):
    """An analysis as a new socket finds it."""

    head: Head
    snapshot: str


def open_log(user: AbstractBaseUser, analysis_id: UUID) -> Opened:
    """Raises Refusal (not_found) if there is no such analysis, or if it is another user's."""
    analysis = Analysis.objects.visible_to(user).filter(pk=analysis_id).first()
    if analysis is None:
        raise Refusal("not_found", f"You have no analysis {analysis_id}.")
    return Opened(head_of(analysis), snapshot_of(analysis).model_dump_json())


def after_of(query: bytes) -> int:
    """The number in `?after=N`, 0 without it. Raises Refusal (bad_message)."""
    given = parse_qsl(query.decode("latin1"), keep_blank_values=True)
    if not given:
        return 0
    name, value = given[0]
    if len(given) > 1 or name != "after" or not re.fullmatch("[0-9]{1,19}", value):
        detail = "The only parameter is after=<a number from 0>, once."
        raise Refusal("bad_message", detail)
    if int(value) > LARGEST_SEQ:
        raise Refusal("bad_message", f"after is larger than {LARGEST_SEQ}.")
    return int(value)


def check_message(text: str | None, most: int) -> None:
    """Raises Refusal (bad_message) unless it is the one message that a client may send."""
    if text is None:
        raise Refusal("bad_message", 'Binary messages are not read: send {"type":"ping"} as text.')
    if len(text.encode()) > most:
        raise Refusal("bad_message", f"A message has at most {most} bytes.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal("bad_message", 'This is not JSON: send {"type":"ping"}.') from None
    if message != {"type": "ping"}:
        raise Refusal("bad_message", 'The only message is {"type":"ping"}.')
