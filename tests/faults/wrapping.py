"""The functions that are wrapped, and at which moment each reaches which point."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from itertools import count
from typing import Any

from channels_redis.pubsub import RedisPubSubLoopLayer
from django.db import transaction
from django.utils import timezone
from django_q import cluster

from analysis import claiming, journal, lifecycle, progress, services, toolbox
from analysis.api.analyses import Analyses
from analysis.flights import Ending
from analysis.llm import Talk
from analysis.pipeline.write import SUMMARY
from analysis.progress import Progress
from tests.faults import arming
from tests.faults.arming import come_to, reach

POISON = "poison"
STAGE_OF_ROLE = {"planner": "planning", "reader": "processing", "writer": "ai-analysis"}


def wrap() -> None:
    for holder, name, around in (
        (claiming, "take", _take),
        (Talk, "_send", _send),
        (journal.ended, "one", _end),
        (journal.ended, "many", _end_many),
        (progress.written, "many", _write_many),
        (lifecycle, "_write", _write),
        (toolbox.Toolbox, "read", _read),
        (toolbox.Toolbox, "__init__", _open_toolbox),
        (services, "submit", _submit),
        (Analyses, "post", _post),
        (cluster, "worker", _noted),
        (cluster, "pusher", _noted),
        (cluster, "monitor", _noted),
    ):
        setattr(holder, name, around(getattr(holder, name)))
    if seconds := float(os.environ.get(arming.CLOCK, 0)):
        _set_clock(seconds)
    if os.environ.get(arming.HALF_DEAF):
        _lose_half(RedisPubSubLoopLayer)


def _set_clock(seconds: float) -> None:
    """The clocks that Django, the queue and our code read are wrong in this process."""
    right_time, right_now = time.time, timezone.now
    time.time = lambda: right_time() + seconds
    timezone.now = lambda: right_now() + timedelta(seconds=seconds)


def _lose_half(layer: Any) -> None:
    group_send, rings = layer.group_send, count()

    async def wrapped(*args: Any) -> None:
        if next(rings) % 2:
            await group_send(*args)

    layer.group_send = wrapped


def _take(take: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            runs = take(*args, **kwargs)
            if runs:
                reach("claiming")
        if runs:
            reach("claimed")
        return runs

    return wrapped


def _send(send: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapped(talk: Any, request: Any, *rest: Any) -> Any:
        stage = _stage(request.role, request.section)
        await come_to(f"before:{stage}")
        asked = asyncio.create_task(send(talk, request, *rest))
        try:
            if arming.is_armed(f"flight:{stage}"):
                await asyncio.sleep(arming.IN_FLIGHT_SECONDS)
                await come_to(f"flight:{stage}")
            answer = await asked
        finally:
            asked.cancel()
        await come_to(f"answered:{stage}")
        return answer

    return wrapped


def _end(end: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(ending: Ending) -> Any:
        return _end_many(lambda endings: [end(one) for one in endings])([ending])[0]

    return wrapped


def _end_many(end: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(endings: Sequence[Ending]) -> Any:
        stages = [_stage(one.call.role, one.call.section) for one in endings]
        with transaction.atomic():
            ended = end(endings)
            for stage in stages:
                reach(f"paying:{stage}")
        for stage in stages:
            reach(f"paid:{stage}")
        return ended

    return wrapped


def _write_many(write: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(entries: Sequence[Progress]) -> Any:
        stages = [one.stage for one in entries if one.output is not None]
        return _past_points(stages, lambda: write(entries))

    return wrapped


def _write(write: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(analysis: Any, bodies: Any, stage: Any, output: Any, *more: Any) -> Any:
        stages = [] if output is None else [stage]
        return _past_points(stages, lambda: write(analysis, bodies, stage, output, *more))

    return wrapped


def _past_points(stages: Sequence[Any], write: Callable[[], Any]) -> Any:
    """Before what ends these stages is written, while it is, and when it is."""
    for stage in stages:
        reach(f"worked:{stage}")
    with transaction.atomic():
        written = write()
        for stage in stages:
            reach(f"inside:{stage}")
    for stage in stages:
        reach(f"committed:{stage}")
    return written


def _read(read: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapped(*args: Any) -> Any:
        await come_to("reading:data-collection")
        given = await read(*args)
        await come_to("read:data-collection")
        return given

    return wrapped


def _open_toolbox(make: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(self: Any, analysis: Any, *rest: Any) -> None:
        if POISON in analysis.topic:
            arming.obey(arming.KILL)
        make(self, analysis, *rest)

    return wrapped


def _submit(submit: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(**kwargs: Any) -> Any:
        reach("submitting")
        analysis = submit(**kwargs)
        reach("submitted")
        return analysis

    return wrapped


def _post(post: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        answer = post(*args, **kwargs)
        reach("answering")
        return answer

    return wrapped


def _noted(work: Callable[..., Any]) -> Callable[..., Any]:
    """Leave a note of what this process is in its cluster."""

    @wraps(work)
    def wrapped(*args: Any) -> Any:
        arming.note_role(f"{os.environ['Q_CLUSTER_NAME']} {work.__name__}")
        return work(*args)

    return wrapped


def _stage(role: str, section: str) -> str:
    return "report-creation" if section == SUMMARY.key else STAGE_OF_ROLE.get(role, role)
