"""Drives runs: claims what is due, pulls the pipeline of each, writes down what it yields."""

import asyncio
import logging
import signal
import time
from uuid import UUID

from django.conf import settings

from analysis import claiming, lifecycle, queue, shifts, toolbox
from analysis.event_types import Paused
from analysis.journal import NotOurs
from analysis.logbook import Log
from analysis.models import Analysis, Shift, Status
from analysis.pipeline import stages
from analysis.pipeline.errors import PipelineError, RunPaused
from analysis.toolbox import Pools
from analysis.types import OUTPUTS, Stage, StageOutput
from researcher.kit import logs
from researcher.kit.leash import ChildDied, ChildTimedOut
from researcher.kit.rows import patiently, rows

logger = logging.getLogger(__name__)

# How long it does not look for runs, and how much longer for each that it drives. Those that come
# together are taken one by one rather than as a crowd, whose calls would come and go at the same
# moments; among many runs there is no such moment, and each look costs all of them.
LOOK_SECONDS, LOOK_PER_RUN = 0.05, 0.0015
PULSE_SECONDS = 1.0
TICK_SECONDS = 0.05


async def drive(row: Shift) -> bool:
    """Drive runs until none comes any more, or until it is told to put down its work.

    True if it was told by SIGTERM: then its process is to end.
    """
    driving = _Drive(row)
    await driving.run()
    return driving.was_terminated


class _Drive:
    """Many runs as coroutines on one loop, under one pulse."""

    def __init__(self, row: Shift) -> None:
        self.row = row
        self.runs: dict[UUID, asyncio.Task[None]] = {}
        self.held: dict[UUID, Analysis] = {}
        self.pools = toolbox.pools()
        self.draining = self.was_terminated = False
        self.stall_seconds = 0.0
        self.busy_at = time.monotonic()
        self.ends_at = self.busy_at + settings.DRIVE_SECONDS

    async def run(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
        beside = [asyncio.create_task(work()) for work in (self._pulse, self._feel_stalls)]
        try:
            while not self._is_over():
                await self._claim()
                await asyncio.sleep(LOOK_SECONDS + LOOK_PER_RUN * len(self.runs))
        finally:
            for task in beside:
                task.cancel()
            await self._put_down()
            await self.pools.close()

    def _terminate(self) -> None:
        self.draining = self.was_terminated = True

    def _is_over(self) -> bool:
        """Told to stop, old, or idle for so long that its warm children are not worth keeping."""
        now = time.monotonic()
        if self.runs:
            self.busy_at = now
        idle = now - self.busy_at
        return self.draining or now > self.ends_at or idle > settings.DRIVE_IDLE_SECONDS

    async def _claim(self) -> None:
        """Take as many due runs as there are free places."""
        free = settings.ANALYSES_PER_WORKER - len(self.runs)
        if free <= 0 or self._is_alone():
            return
        for analysis in await patiently(claiming.take, self.row, free, is_empty=not self.runs):
            if before := self.runs.get(analysis.pk):  # paused and resumed between two pulses
                before.cancel()
            self.held[analysis.pk] = analysis
            self.runs[analysis.pk] = asyncio.create_task(self._run(analysis))

    def _is_alone(self) -> bool:
        """True while it drives a suspect, which must not take neighbours with it."""
        return any(run.attempts > claiming.SUSPECT_ATTEMPTS for run in self.held.values())

    async def _run(self, analysis: Analysis) -> None:
        try:
            with logs.about(analysis_id=analysis.pk):
                await run(analysis, self.pools)
        finally:
            if self.held.get(analysis.pk) is analysis:
                del self.runs[analysis.pk], self.held[analysis.pk]

    async def _pulse(self) -> None:
        """Renew all leases once a second; stop what is no longer ours."""
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            # Before the question, so that a run claimed meanwhile is not missed in the answer.
            held = set(self.runs)
            mine, told = await patiently(_renew, self.row, held, self.stall_seconds)
            self.draining = self.draining or told
            for pk in held & self.runs.keys() - mine:
                self.runs[pk].cancel()

    async def _feel_stalls(self) -> None:
        """Know how long the loop could not turn: what is slow belongs into children or threads."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)
            stalled = time.monotonic() - began - TICK_SECONDS
            self.stall_seconds = max(self.stall_seconds, stalled)

    async def _put_down(self) -> None:
        """Stop every run and give it back to the queue."""
        held = list(self.held.values())
        tasks = list(self.runs.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for analysis in held:
            if await rows(lifecycle.hand_back, analysis):
                await rows(queue.ring_drive)


def _renew(row: Shift, held: set[UUID], stall_seconds: float) -> tuple[set[UUID], bool]:
    mine = lifecycle.renew(row, held)
    Shift.objects.filter(pk=row.pk).update(stall_seconds=stall_seconds)
    return mine, shifts.is_told_to_stop(row)


async def run(analysis: Analysis, pools: Pools) -> None:
    """Pull one pipeline to its end; every way it can end is written down."""
    try:
        await _pull(analysis, pools)
    except NotOurs as over:
        logger.info("put down: %s", over)
    except RunPaused as rest:
        event = Paused(reason=rest.detail, code=rest.code)
        await patiently(lifecycle.commit, analysis, (event,), to=Status.PAUSED)
    except (ChildDied, ChildTimedOut) as lost:
        # It may have been killed, as a worker may be; what is done is kept.
        logger.warning("to be tried again: %s", lost)
        await patiently(lifecycle.try_again, analysis, str(lost))
    except PipelineError as error:
        await patiently(lifecycle.fail, analysis, error.code, error.detail)
    except Exception:
        logger.exception("run failed", extra={"analysis_id": str(analysis.pk)})
        detail = "An unexpected error; the operators' log has it. Retry keeps finished stages."
        await patiently(lifecycle.fail, analysis, "internal_error", detail)


async def _pull(analysis: Analysis, pools: Pools) -> None:
    done = await patiently(_outputs, analysis)
    log = Log(analysis)
    steps = stages.run(analysis.brief, toolbox.Toolbox(analysis, pools, log.tell), done)
    try:
        async for step in steps:
            if not await log.record(step):
                return  # cancelled, or somebody else has it
    finally:
        await steps.aclose()
        await log.close()


def _outputs(analysis: Analysis) -> dict[Stage, StageOutput]:
    rows = analysis.stage_outputs.values_list("stage", "output")
    return {Stage(stage): OUTPUTS[Stage(stage)].model_validate(output) for stage, output in rows}
