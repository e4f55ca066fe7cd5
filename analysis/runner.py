"""Drives runs: claims what is due, pulls the pipeline of each, writes down what it yields."""

import asyncio
import logging
import os
import signal
import socket
import time
from uuid import UUID

from django.conf import settings

from analysis import lifecycle, pipeline, queue, toolbox
from analysis.event_types import Completed
from analysis.models import Analysis, Drive, Status, Worker
from analysis.pipeline.errors import PipelineError
from analysis.toolbox import Pools
from analysis.types import OUTPUTS, Draft, Stage, StageOutput, Step
from researcher.kit.rows import rows

logger = logging.getLogger(__name__)

# The environment variable by which a drive knows the `manage.py work` above it.
WORKER_ID = "RESEARCHER_WORKER_ID"
CLAIM_SECONDS = 0.2
PULSE_SECONDS = 1.0


async def drive() -> None:
    """Drive runs until none is due, the drive is old, or it is told to put down its work."""
    row = await rows(_begin)
    one = _Drive(row)
    try:
        await one.run()
    finally:
        await one.close()
        await rows(row.delete)


def _begin() -> Drive:
    worker = Worker.objects.filter(pk=os.environ.get(WORKER_ID)).first()
    return Drive.objects.create(worker=worker, host=socket.gethostname(), pid=os.getpid())


class _Drive:
    """Many runs as coroutines on one loop, under one pulse."""

    def __init__(self, row: Drive) -> None:
        self.row = row
        self.runs: dict[UUID, asyncio.Task[None]] = {}
        self.held: dict[UUID, Analysis] = {}
        self.pools = toolbox.pools()
        self.draining = False
        self.ends_at = time.monotonic() + settings.DRIVE_SECONDS

    async def run(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._drain)
        pulse = asyncio.create_task(self._pulse())
        try:
            while not self._is_over() and (await self._claim() or self.runs):
                await asyncio.wait(self.runs.values(), timeout=CLAIM_SECONDS)
        finally:
            pulse.cancel()
            await self._put_down()

    def _drain(self) -> None:
        self.draining = True

    def _is_over(self) -> bool:
        return self.draining or time.monotonic() > self.ends_at

    async def _claim(self) -> bool:
        """Take as many due runs as there are free places; True if one was taken."""
        free = settings.ANALYSES_PER_WORKER - len(self.runs)
        taken = await rows(_claim_due, self.row, free) if free > 0 else []
        for analysis in taken:
            self.held[analysis.pk] = analysis
            task = asyncio.create_task(self._run(analysis))
            self.runs[analysis.pk] = task
        return bool(taken)

    async def _run(self, analysis: Analysis) -> None:
        try:
            await run(analysis, self.pools)
        finally:
            self.runs.pop(analysis.pk, None)
            self.held.pop(analysis.pk, None)

    async def _pulse(self) -> None:
        """Renew all leases once a second; stop what is no longer ours."""
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            mine, told = await rows(_renew, self.row)
            self.draining = self.draining or told
            for pk in self.runs.keys() - mine:
                self.runs[pk].cancel()

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

    async def close(self) -> None:
        await self.pools.close()


def _claim_due(row: Drive, free: int) -> list[Analysis]:
    """Claim up to `free` due runs, oldest first."""
    due = Analysis.objects.due().order_by("queued_at").values_list("pk", flat=True)[:free]
    claimed = (lifecycle.claim(pk, row) for pk in list(due))
    return [analysis for analysis in claimed if analysis is not None]


def _renew(row: Drive) -> tuple[set[UUID], bool]:
    mine = lifecycle.renew(row)
    return mine, Drive.objects.filter(pk=row.pk, is_draining=True).exists()


async def run(analysis: Analysis, pools: Pools) -> None:
    """Pull one pipeline to its end; every way it can end is written down."""
    try:
        await _pull(analysis, pools)
    except PipelineError as error:
        await rows(lifecycle.fail, analysis, error.code, error.detail)
    except Exception:
        logger.exception("run failed", extra={"analysis": str(analysis.pk)})
        detail = "An unexpected error; the operators' log has it. Retry keeps finished stages."
        await rows(lifecycle.fail, analysis, "internal_error", detail)


async def _pull(analysis: Analysis, pools: Pools) -> None:
    done = await rows(_outputs, analysis)
    brief = analysis.brief
    steps = pipeline.run(brief, toolbox.Toolbox(brief, pools), done)
    try:
        async for step in steps:
            if not await rows(_record, analysis, step):
                return  # cancelled, or somebody else has it
    finally:
        await steps.aclose()


def _outputs(analysis: Analysis) -> dict[Stage, StageOutput]:
    rows = analysis.stage_outputs.values_list("stage", "output")
    return {Stage(stage): OUTPUTS[Stage(stage)].model_validate(output) for stage, output in rows}


def _record(analysis: Analysis, step: Step) -> bool:
    """Write one step; the one that brings the Draft completes the run in the same transaction."""
    events, to = step.events, None
    if isinstance(step.output, Draft):
        draft = step.output
        done = Completed(findings=len(draft.findings), sources=len(draft.sources))
        events, to = (*events, done), Status.COMPLETED
    return lifecycle.commit(analysis, events, stage=step.stage, output=step.output, to=to)
