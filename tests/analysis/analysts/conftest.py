"""A model server beside the test, and analyses of alice's that a model thinks for."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from analysis import services
from analysis.models import Analysis, Document
from tests.peers.brain import brain
from tests.peers.model import Peer, PeerThread


@pytest.fixture
def peer(settings) -> Iterator[Peer]:
    """A model server that answers at once; the settings name it."""
    with PeerThread(brain=brain) as running:
        settings.ANALYST = "model"
        settings.OPENAI_BASE_URL = running.peer.url
        settings.OPENAI_API_KEY = "sk-test-only"
        settings.DRIVE_IDLE_SECONDS = 0.3
        yield running.peer


@pytest.fixture
def analysis(alice: User, template: str, document: Document, peer: Peer) -> Analysis:
    return services.submit(
        owner=alice,
        template=template,
        topic="Northwind Foods revenue and margin",
        options_given={},
        documents=[document.pk],
    )
