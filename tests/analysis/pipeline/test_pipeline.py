import asyncio

import pytest

from analysis.event_types import StepUpdated
from analysis.pipeline import stages
from analysis.types import (
    Brief,
    Collection,
    Draft,
    Evidence,
    Findings,
    Plan,
    Stage,
    StageOutput,
    Step,
)
from tests.analysis.pipeline.desk import Desk, drained


def updates(steps: list[Step]) -> list[StepUpdated]:
    return [event for step in steps for event in step.events if isinstance(event, StepUpdated)]


class TestTheFiveStages:
    def test_each_runs_once_in_order_and_leaves_its_output(self, steps: list[Step]) -> None:
        left = [(step.stage, type(step.output)) for step in steps if step.output]

        assert left == [
            (Stage.PLANNING, Plan),
            (Stage.COLLECTION, Collection),
            (Stage.PROCESSING, Evidence),
            (Stage.ANALYSIS, Findings),
            (Stage.REPORT, Draft),
        ]

    def test_each_says_when_it_runs_and_when_it_is_completed(self, steps: list[Step]) -> None:
        for stage in Stage:
            mine = [one.status for one in updates(steps) if one.step == stage.value]
            assert mine[0] == "running"
            assert mine[-1] == "completed"
            assert mine.count("completed") == 1

    def test_an_output_comes_with_the_event_that_completes_its_stage(
        self, steps: list[Step]
    ) -> None:
        for step in steps:
            completes = any(one.status == "completed" for one in updates([step]))
            assert completes == (step.output is not None)

    def test_progress_counts_what_was_done_of_what_there_is(self, steps: list[Step]) -> None:
        read = [one for one in updates(steps) if one.unit == "passages"]

        assert [one.done for one in read] == sorted(one.done for one in read)
        assert read[-1].done == read[-1].total > 0


async def test_a_resumed_run_ends_with_the_same_report(
    desk: Desk, quarterly: Brief, steps: list[Step]
) -> None:
    done: dict[Stage, StageOutput] = {
        step.stage: step.output for step in steps if step.output and step.stage != Stage.REPORT
    }
    again = await drained(quarterly, desk, done)

    assert {step.stage for step in again} == {Stage.REPORT}
    assert again[-1].output == steps[-1].output


async def test_two_runs_of_one_brief_give_the_same_bytes(
    desk: Desk, quarterly: Brief, draft: Draft
) -> None:
    again = (await drained(quarterly, desk))[-1].output

    assert isinstance(again, Draft)
    assert again.model_dump_json() == draft.model_dump_json()


async def test_keys_of_another_run_are_others(desk: Desk, quarterly: Brief, draft: Draft) -> None:
    other = quarterly.model_copy(update={"seed": quarterly.documents[0].id})
    again = (await drained(other, desk))[-1].output

    assert isinstance(again, Draft)
    assert not {one.key for one in again.quotes} & {one.key for one in draft.quotes}


async def test_what_was_stored_as_json_is_read_back_as_it_was(steps: list[Step]) -> None:
    for output in (step.output for step in steps if step.output):
        assert type(output).model_validate_json(output.model_dump_json()) == output


@pytest.mark.parametrize("steps_pulled", [1, 4, 7, 12])
async def test_a_closed_run_leaves_no_task_behind(
    desk: Desk, quarterly: Brief, steps_pulled: int
) -> None:
    run = stages.run(quarterly, desk, {})
    for _ in range(steps_pulled):
        await anext(run)
    await run.aclose()

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_pool_of_a_single_child_is_enough(desk: Desk, quarterly: Brief) -> None:
    async with asyncio.timeout(10):
        await drained(quarterly, desk)

    assert len(desk.opened) > 2
