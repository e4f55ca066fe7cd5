"""Counts the WebSockets of this process, and names the analysis of each in what it logs."""

import re
from collections import Counter

from researcher.kit import logs
from researcher.kit.closing import Application, Message, Receive, Scope, Send
from researcher.kit.ids import uuid7

ANALYSIS = re.compile("/ws/analyses/([0-9a-f-]{36})/")


class Tally:
    """How many are open, and how those ended that we closed."""

    def __init__(self) -> None:
        self.open = 0
        self.closed: Counter[int] = Counter()


SOCKETS = Tally()


class Counted:
    """An ASGI application whose sockets are counted, for /metrics."""

    def __init__(self, application: Application, tally: Tally = SOCKETS) -> None:
        self.application, self.tally = application, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted_send(message: Message) -> None:
            if message["type"] == "websocket.close":
                self.tally.closed[message.get("code", 1000)] += 1
            await send(message)

        self.tally.open += 1
        try:
            with logs.about(**_ids(scope)):
                await self.application(scope, receive, counted_send)
        finally:
            self.tally.open -= 1


def _ids(scope: Scope) -> dict[str, object]:
    watched = ANALYSIS.fullmatch(scope.get("path", ""))
    return {"request_id": uuid7()} | ({"analysis_id": watched[1]} if watched else {})
