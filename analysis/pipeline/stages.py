"""The stages of an analysis one after the other.

Whoever drives them stores what they yield; to cancel is to close the generator, to resume is to
pass in what is done.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from analysis.pipeline import ahead, analyse, collect, plan, process, write
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.tools import Tools
from analysis.types import Brief, DocumentRef, Stage, StageOutput, Step

STAGES = {
    Stage.PLANNING: plan.run,
    Stage.COLLECTION: collect.run,
    Stage.PROCESSING: process.run,
    Stage.ANALYSIS: analyse.run,
    Stage.REPORT: write.run,
}


async def run(
    brief: Brief, tools: Tools, done: Mapping[Stage, StageOutput]
) -> AsyncGenerator[Step, None]:
    """Yield every step of the stages that are not in `done`; raises PipelineError."""
    outputs = Outputs(done.values())
    async with ahead.reading(tools, _unread(brief, done)) as at_hand:
        for stage, work in STAGES.items():
            if stage in done:
                continue
            async with aclosing(work(brief, outputs, at_hand)) as steps:
                async for step in steps:
                    if step.output is not None:
                        outputs.keep(step.output)
                    yield step
            if stage is Stage.PROCESSING:
                at_hand.put_away()


def _unread(brief: Brief, done: Mapping[Stage, StageOutput]) -> tuple[DocumentRef, ...]:
    """The documents that will be read in this run, unless somebody may yet say no to its plan."""
    waits = brief.approve_plan and Stage.PLANNING not in done
    return () if waits or Stage.COLLECTION in done else brief.documents
