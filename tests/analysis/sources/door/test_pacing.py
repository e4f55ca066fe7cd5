"""Turns at a host are shared by all processes: they are rows of the database."""

import itertools
import time

import pytest

from analysis.models import HostTurn
from analysis.sources.door import pacing
from analysis.sources.door.pacing import SharedTurns, put_off, reserve
from analysis.sources.door.types import Ask, FetchFailed
from tests.analysis.sources.door.doors import WEB, a_door
from tests.peers.web import a_site, reply


@pytest.mark.django_db
class TestReserve:
    def test_each_turn_comes_after_the_one_before(self):
        waits = [reserve("a.example", 1.0, 60) for _ in range(4)]
        assert waits == pytest.approx([0, 1, 2, 3], abs=0.3)

    def test_hosts_do_not_wait_for_each_other(self):
        reserve("a.example", 10.0, 60)
        assert reserve("b.example", 10.0, 60) == pytest.approx(0, abs=0.3)

    def test_who_will_not_wait_takes_no_turn(self):
        reserve("a.example", 10.0, 60)
        for _ in range(3):
            with pytest.raises(FetchFailed) as failed:
                reserve("a.example", 10.0, 5)
            assert failed.value.code == "host_busy"
            assert failed.value.retry_after == pytest.approx(10, abs=1)

    def test_a_host_is_left_alone_as_long_as_it_asked(self):
        put_off("a.example", 30)
        put_off("a.example", 3)  # never shorter
        assert reserve("a.example", 1.0, 60) == pytest.approx(30, abs=1)

    def test_what_nobody_asks_any_more_is_forgotten(self, monkeypatch):
        reserve("old.example", 1.0, 60)
        reserve("busy.example", 100_000.0, 60)
        assert pacing.forget_old() == 0
        monkeypatch.setattr(pacing, "FORGOTTEN_AFTER", -pacing.FORGOTTEN_AFTER / 10)
        assert pacing.forget_old() == 1
        assert HostTurn.objects.get().place == "busy.example"


@pytest.mark.django_db(transaction=True)
async def test_two_doors_take_turns():
    async with a_site() as site, a_door(every_seconds=0.15) as one, a_door() as other:
        times = []

        async def stamp(request, writer) -> None:
            times.append(time.monotonic())
            writer.write(reply())

        site.replies["/"] = stamp
        ask = Ask(url=site.url("/"), conduct=False, every_seconds=0.15)
        for door in (one, other, one):
            await door.fetch(ask, WEB)
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert min(gaps) > 0.12


@pytest.mark.django_db(transaction=True)
async def test_the_rest_is_bounded():
    turns = SharedTurns()
    await turns.rest("a.example", 10**9)
    with pytest.raises(FetchFailed) as failed:
        await turns.wait("a.example", 1.0, 60.0)
    assert failed.value.retry_after <= pacing.LONGEST_REST
