"""A provider's server on loopback, and a door to it."""

from collections.abc import AsyncIterator

import pytest

from analysis.sources.door.types import Egress, EgressMode
from analysis.sources.providers.types import Search
from tests.analysis.sources.providers.door import OpenDoor
from tests.peers.site import Site, site

WEB = Egress(mode=EgressMode.WEB)
ASKED = Search(query="wheat prices and margins of Northwind Foods", subject="Northwind Foods")


@pytest.fixture
async def server() -> AsyncIterator[Site]:
    async with site() as made:
        yield made


@pytest.fixture
async def door() -> AsyncIterator[OpenDoor]:
    made = OpenDoor()
    yield made
    await made.client.aclose()
