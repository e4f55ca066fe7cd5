"""Who goes next: fair, by priority, within the caps, and suspects alone."""

from collections import Counter

import pytest

from analysis import claiming, lifecycle, services
from analysis.models import Analysis, Shift, Status

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


def submit(owner, template, count=1) -> list[Analysis]:
    return [
        services.submit(owner=owner, template=template, topic="t", options_given={})
        for _ in range(count)
    ]


def take(drive, free=100, *, is_empty=True) -> list[Analysis]:
    return claiming.take(drive, free, is_empty=is_empty)


def test_one_users_many_do_not_starve_anothers_one(alice, bob, template, drive):
    submit(alice, template, 20)
    submit(bob, template, 2)
    owners = Counter(run.owner.username for run in take(drive, 4))
    assert owners == {"alice": 2, "bob": 2}


def test_running_runs_count_as_turns_taken(alice, bob, template, drive):
    submit(alice, template, 4)
    take(drive, 2)
    submit(bob, template, 2)
    assert [run.owner.username for run in take(drive, 2)] == ["bob", "bob"]


def test_priority_goes_first_within_a_users_turns(alice, template, drive):
    _, urgent = submit(alice, template, 2)
    Analysis.objects.filter(pk=urgent.pk).update(priority=5)
    assert [run.pk for run in take(drive, 1)] == [urgent.pk]


def test_the_caps_hold(alice, bob, template, drive, settings):
    settings.MAX_RUNNING_PER_USER, settings.MAX_RUNNING = 2, 3
    submit(alice, template, 5)
    submit(bob, template, 5)
    assert Counter(run.owner.username for run in take(drive)) == {"alice": 2, "bob": 1}
    assert take(drive) == []


def test_everybody_sees_his_place_in_the_queue(alice, bob, template, drive, settings):
    settings.MAX_RUNNING_PER_USER = 2
    mine, his = submit(alice, template, 3), submit(bob, template)
    assert [claiming.position(run) for run in mine] == [1, 3, 4]
    assert claiming.position(his[0]) == 2
    taken = take(drive, 1)[0]
    assert claiming.position(taken) is None


def test_a_suspect_is_driven_alone(alice, template, settings):
    """It has killed two workers: a third must not take healthy neighbours with it."""
    suspect, *healthy = submit(alice, template, 3)
    settings.LEASE_SECONDS = -1
    for _ in range(2):
        lifecycle.claim(suspect.pk, Shift.objects.create(host="x", pid=1))
    settings.LEASE_SECONDS = 30
    busy, idle = (Shift.objects.create(host="x", pid=1) for _ in range(2))
    assert {run.pk for run in take(busy, is_empty=False)} == {run.pk for run in healthy}
    assert [run.pk for run in take(idle, is_empty=True)] == [suspect.pk]


def test_what_is_paused_waits(alice, template, drive):
    run = submit(alice, template)[0]
    services.pause(analysis=run, by=alice)
    assert take(drive) == []
    services.resume(analysis=run)
    assert [claimed.status for claimed in take(drive)] == [Status.RUNNING]
