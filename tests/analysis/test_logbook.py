"""The log of a run is written beside its work: in order, with no gap, and nothing after its end."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError

from analysis import lifecycle, services
from analysis.event_types import Warned
from analysis.logbook import TOGETHER_SECONDS, Log
from analysis.models import Analysis, Event, Shift, StageOutput
from analysis.pipeline.steps import completed, running
from analysis.types import Plan, Question, Stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

PLAN = Plan(questions=(Question(key="a-1", section="a", text="What?", query="what"),))
DONE = completed(Stage.PLANNING, PLAN, 1, "questions")


@pytest.fixture
def claimed(analysis: Analysis, drive: Shift) -> Analysis:
    found = lifecycle.claim(analysis.pk, drive)
    assert found is not None
    return found


def told(analysis: Analysis) -> list[str]:
    """What the log says after the claim, in its order."""
    rows = analysis.events.after(2).values_list("type", "body")
    return [body["code"] if kind == "warning" else body["status"] for kind, body in rows]


async def test_what_is_told_by_many_at_once_stands_in_the_order_in_which_it_was_told(claimed):
    log = Log(claimed)
    for number in range(20):
        await log.tell(Warned(code=str(number), detail="."))
        if number % 3 == 0:
            await asyncio.sleep(0.002)
    assert await log.record(DONE)
    await log.tell(Warned(code="after", detail="."))
    await log.close()
    wanted = [*map(str, range(20)), "completed", "after"]
    assert await sync_to_async(told)(claimed) == wanted
    assert await StageOutput.objects.filter(analysis=claimed).acount() == 1


async def test_a_stage_is_told_to_be_done_only_together_with_its_output(claimed):
    """Its output cannot be written: then it is not done, and says so to nobody."""
    await StageOutput.objects.acreate(analysis=claimed, stage=Stage.PLANNING, output={})
    log = Log(claimed)
    with pytest.raises(IntegrityError):
        await log.record(DONE)
    await log.close()
    assert await sync_to_async(told)(claimed) == []


async def test_a_run_that_is_not_ours_any_more_writes_nothing_and_says_so(alice, claimed):
    log = Log(claimed)
    await sync_to_async(services.cancel)(
        analysis=await Analysis.objects.aget(pk=claimed.pk), by=alice
    )
    events = await claimed.events.acount()
    await log.record(running(Stage.PLANNING))
    await log.close()
    assert not await log.record(DONE)
    assert await claimed.events.acount() == events


async def test_what_goes_wrong_beside_the_work_is_raised_with_the_next_word(claimed):
    await Event.objects.acreate(analysis=claimed, seq=claimed.last_seq + 1, type="warning")
    log = Log(claimed)
    await log.record(running(Stage.PLANNING))
    with pytest.raises(IntegrityError):
        await log.close()
    with pytest.raises(IntegrityError):
        await log.record(running(Stage.PLANNING))


async def test_what_is_told_within_a_moment_is_written_together_and_at_once_when_it_closes(claimed):
    log = Log(claimed)
    began = asyncio.get_running_loop().time()
    for number in range(10):
        await log.tell(Warned(code=str(number), detail="."))
        await asyncio.sleep(0.001)
    await log.close()
    assert asyncio.get_running_loop().time() - began < TOGETHER_SECONDS + 1
    moments = claimed.events.after(2).values_list("created_at", flat=True)
    assert await sync_to_async(told)(claimed) == [*map(str, range(10))]
    assert len({round(moment.timestamp(), 2) async for moment in moments}) <= 3
