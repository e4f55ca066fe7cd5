"""What Daphne itself costs: the same frames to as many sockets, and nothing else.

Whoever sends `[events, pause, characters]` gets all sockets that many events, those of each path
in turn, evenly spread over `pause` seconds an event.
"""

import asyncio
import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

_sockets: defaultdict[str, list[Any]] = defaultdict(list)  # by path
_tasks: set[asyncio.Task[None]] = set()


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})
        return
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"type":"snapshot"}'})
    _sockets[scope["path"]].append(send)
    while (message := await receive())["type"] != "websocket.disconnect":
        if text := message.get("text"):
            _tasks.add(asyncio.create_task(_send_events(*json.loads(text))))
    _sockets[scope["path"]].remove(send)


async def _send_events(events: int, pause: float, characters: int) -> None:
    loop = asyncio.get_running_loop()
    begin, paths = loop.time(), [path for path, sends in _sockets.items() if sends]
    for number in range(events * len(paths)):
        await asyncio.sleep(begin + number * pause / len(paths) - loop.time())
        path = paths[number % len(paths)]
        text = _event(path, number // len(paths) + 2, characters)
        for send in _sockets[path]:
            await send({"type": "websocket.send", "text": text})


def _event(path: str, seq: int, characters: int) -> str:
    """As long as one of ours."""
    head = {"type": "finding.added", "seq": seq, "analysis_id": path.split("/")[3]}
    body = {"id": "f", "text": "x" * characters, "kind": "fact", "verdict": "supported"}
    return json.dumps({**head, "created_at": datetime.now(UTC).isoformat(), **body})
