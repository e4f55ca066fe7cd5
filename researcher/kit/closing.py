"""How a socket ends: one number and one error message for every reason."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from researcher.kit.refusal import Refusal

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]  # (scope, receive, send)

DONE = 1000
CLOSE_CODES = {
    "bad_message": 4400,
    "not_authenticated": 4401,
    "origin_not_allowed": 4403,
    "not_found": 4404,
    "too_slow": 4408,
    "too_many_messages": 4429,
    "too_many_sockets": 4429,
    "server_error": 4500,
    "restarting": 4503,
}


def error_message(refusal: Refusal) -> str:
    """What a client is told before the close frame, which carries only a number."""
    return json.dumps({"type": "error", "code": refusal.code, "detail": refusal.detail})


async def refuse(receive: Receive, send: Send, refusal: Refusal) -> None:
    """Turn a new socket away. Accepted first, because a browser sees nothing of a failed one."""
    await send({"type": "websocket.accept"})
    await dismiss(send, refusal)
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def dismiss(send: Send, refusal: Refusal) -> None:
    """Close an open socket, and say why."""
    await send({"type": "websocket.send", "text": error_message(refusal)})
    await send({"type": "websocket.close", "code": CLOSE_CODES[refusal.code]})
