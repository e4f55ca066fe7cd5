"""What a run tells is written down beside its work, in its order."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from analysis import lifecycle
from analysis.event_types import AwaitingInput, Completed, EventBody
from analysis.models import Analysis, Status
from analysis.progress import Progress, written
from analysis.types import Draft, Plan, StageOutput, Step
from researcher.kit.rows import patiently

# What is told within so short a time is one transaction.
TOGETHER_SECONDS = 0.1
APPROVE = "The plan waits for approval: edit it or approve it."


class Log:
    """Writes what one run tells, in its order and one transaction after the other.

    What is told while a transaction is under way, and a moment longer, goes into the next one:
    progress waits for nobody, and nobody waits for progress. A stage is done when its output is
    written.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._turn = asyncio.Lock()
        self._waiting: list[EventBody] = []
        self._writing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._is_ours = True

    async def record(self, step: Step) -> bool:
        """False once the run waits for somebody, was cancelled, or somebody else has it."""
        if step.output is None:
            self._later(step.events)
            return self._is_ours
        async with self._turn:
            events = (*self._taken(), *step.events)
            self._is_ours &= await self._record(step, events)
        return self._is_ours and not _waits(self.analysis, step.output)

    async def _record(self, step: Step, events: tuple[EventBody, ...]) -> bool:
        if isinstance(step.output, Draft) or _waits(self.analysis, step.output):
            return await patiently(_move, self.analysis, step, events)
        return await written(Progress(self.analysis, events, step.stage, step.output))

    async def tell(self, event: EventBody) -> None:
        """An event between two steps; of a run that is over it is lost, as it should be."""
        self._later((event,))

    async def close(self) -> None:
        """Wait until all is written: whoever writes next must know where the log ends."""
        self._closing.set()
        if self._writing is not None:
            await asyncio.shield(self._writing)

    def _later(self, events: Sequence[EventBody]) -> None:
        """Write them as soon as it is their turn; raises what went wrong with those before."""
        self._waiting += events
        if self._writing is None or self._writing.done():
            if self._writing is not None:
                self._writing.result()
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._waiting and self._is_ours:
            async with self._turn:
                if events := self._taken():
                    self._is_ours &= await written(Progress(self.analysis, events))
            await self._let_more_come()

    async def _let_more_come(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(TOGETHER_SECONDS):
                await self._closing.wait()

    def _taken(self) -> tuple[EventBody, ...]:
        taken, self._waiting = tuple(self._waiting), []
        return taken


def _move(analysis: Analysis, step: Step, events: tuple[EventBody, ...]) -> bool:
    """Write a plan to approve, or the Draft: it moves the run in its own transaction."""
    draft, to = step.output, Status.COMPLETED
    last: EventBody = AwaitingInput(reason=APPROVE)
    if isinstance(draft, Draft):
        last = Completed(findings=len(draft.findings), sources=len(draft.sources))
    else:
        to = Status.AWAITING_INPUT
    return lifecycle.commit(analysis, (*events, last), stage=step.stage, output=draft, to=to)


def _waits(analysis: Analysis, output: StageOutput | None) -> bool:
    """Whether the run goes on only when somebody has approved what it has just left."""
    return isinstance(output, Plan) and analysis.brief.approve_plan
