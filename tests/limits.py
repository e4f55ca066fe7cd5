"""The application with limits so small that a test can wait for them, without limits, and slow."""

import asyncio
from typing import Any

from django.urls import path

from researcher.asgi import application_with  # isort: skip  # loads the models first
from analysis.consumers import AnalysisConsumer, Limits
from researcher.open_sockets import awaited

STALL_SECONDS = 1.0
LATE_SECONDS = 1.0
LIMITS = Limits(
    recheck_seconds=0.3,
    messages_per_minute=20,
    sockets_per_user=4,
    message_bytes=1024,
)


def _routes(limits: Limits) -> list[Any]:
    consumer: Any = AnalysisConsumer.as_asgi(limits=limits)
    return [path("ws/analyses/<uuid:analysis_id>/", consumer)]


impatient = application_with(_routes(LIMITS), STALL_SECONDS)
generous = application_with(_routes(Limits(sockets_per_user=10**6)))


@awaited
async def slow(scope: Any, receive: Any, send: Any) -> None:
    """Answers 404 to every request, `LATE_SECONDS` after it came."""
    await asyncio.sleep(LATE_SECONDS)
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"late"})
