"""Where the WebSockets of analyses hang."""

from typing import Any

from django.urls import path

from analysis.consumers import AnalysisConsumer

# Channels routes to ASGI applications by Django's patterns, whose types know only views.
_analysis: Any = AnalysisConsumer.as_asgi()

sockets: list[Any] = [path("ws/analyses/<uuid:analysis_id>/", _analysis)]
