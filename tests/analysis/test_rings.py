"""What web processes hear, on a layer that notes it."""

import asyncio
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from channels.layers import InMemoryChannelLayer

from analysis.rings import COLLECT_SECONDS, GROUP, ring


class Noting(InMemoryChannelLayer):
    heard: ClassVar[list[set[UUID]]] = []
    down: ClassVar[bool] = False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        assert group == GROUP
        if self.down:
            raise ConnectionError
        self.heard.append(set(map(UUID, message["analyses"])))


@pytest.fixture(autouse=True)
def layer(settings: Any) -> Iterator[type[Noting]]:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.Noting"}}
    yield Noting
    Noting.heard, Noting.down = [], False


async def test_a_ring_in_quiet_is_sent_at_once(layer: type[Noting]):
    analysis = uuid4()
    ringing = asyncio.create_task(ring(analysis))
    await asyncio.sleep(0)
    assert layer.heard == [{analysis}]
    await ringing


async def test_rings_that_come_fast_are_one_message(layer: type[Noting]):
    first, second, third = uuid4(), uuid4(), uuid4()
    await asyncio.gather(*map(ring, (first, second, third, second)))
    assert layer.heard == [{first}, {second, third}]


async def test_after_a_while_it_is_quiet_again(layer: type[Noting]):
    first, second = uuid4(), uuid4()
    await ring(first)
    await asyncio.sleep(COLLECT_SECONDS)
    await ring(second)
    assert layer.heard == [{first}, {second}]


async def test_a_layer_that_is_down_silences_nothing_for_good(layer: type[Noting]):
    lost, late = uuid4(), uuid4()
    layer.down = True
    with pytest.raises(ConnectionError):
        await ring(lost)
    layer.down = False
    await ring(late)
    assert layer.heard == [{late}]
