"""Progress shrinks after the end, facts stay, and 1..n stays checkable."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis import lifecycle, retention, services
from analysis.event_types import FindingAdded, SourceRead, StepUpdated
from analysis.models import Analysis

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


def step(done: int, name: str = "processing") -> StepUpdated:
    return StepUpdated(step=name, status="running", done=done, total=9)


@pytest.fixture
def ended(alice, analysis, drive) -> Analysis:
    claimed = lifecycle.claim(analysis.pk, drive)
    fact = FindingAdded(id="f", text="t", kind="fact", verdict="supported")
    read = SourceRead(source_id="s", name="n", pages=1, characters=1)
    lifecycle.commit(claimed, (step(1), step(2), step(3), fact, step(4), step(5)))
    lifecycle.commit(claimed, (step(1, "ai-analysis"), read))
    return services.cancel(analysis=analysis, by=alice)


def covered(analysis: Analysis) -> list[int]:
    """Every number that the log speaks for, in its order."""
    numbers = []
    for message in (event.as_message() for event in analysis.events.after(0)):
        first, last = message.get("covers", [message["seq"], message["seq"]])
        numbers += range(first, last + 1)
    return numbers


def test_rows_of_progress_become_their_last_event(ended):
    facts = list(ended.events.exclude(type="step.updated").values_list("seq", "type", "body"))
    assert retention.compact(ended) == 3
    assert covered(ended) == list(range(1, ended.last_seq + 1))
    assert (
        list(ended.events.exclude(type="step.updated").values_list("seq", "type", "body")) == facts
    )
    kept = ended.events.filter(type="step.updated").order_by("seq")
    assert [(event.body["step"], event.body["done"]) for event in kept] == [
        ("processing", 3),
        ("processing", 5),
        ("ai-analysis", 1),
    ]


def test_compacting_again_changes_nothing(ended):
    retention.compact(ended)
    before = [event.as_message() for event in ended.events.after(0)]
    assert retention.compact(ended) == 0
    assert [event.as_message() for event in ended.events.after(0)] == before


def test_only_what_ended_long_ago_is_compacted(ended, settings):
    assert retention.compact_old() == 0
    Analysis.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert retention.compact_old() == 3
    assert retention.compact_old() == 0
