"""The application with limits so small that a test can wait for them, and without limits."""

from typing import Any

from django.urls import path

from researcher.asgi import application_with  # isort: skip  # loads the models first
from analysis.consumers import AnalysisConsumer, Limits

LIMITS = Limits(
    stall_seconds=1.0,
    recheck_seconds=0.3,
    messages_per_minute=20,
    sockets_per_user=4,
    message_bytes=1024,
)


def _limited(limits: Limits) -> Any:
    consumer: Any = AnalysisConsumer.as_asgi(limits=limits)
    return application_with([path("ws/analyses/<uuid:analysis_id>/", consumer)])


impatient = _limited(LIMITS)
generous = _limited(Limits(sockets_per_user=10**6))
