"""The log draws every number once, however many write at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F

from analysis import events
from analysis.event_types import EVENT_BODY, Warned
from analysis.models import Analysis

pytestmark = pytest.mark.servers


def write(analysis_id, number: int) -> None:
    with transaction.atomic():
        # As every writer does: its own change of the row takes the lock first.
        Analysis.objects.filter(pk=analysis_id).update(fence=F("fence") + 1)
        events.append(analysis_id, [Warned(code=str(number), detail="")] * 3)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_leave_no_gap(analysis):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: write(analysis.pk, n), range(24)))
    log = list(analysis.events.after(0).values_list("seq", "body__code"))
    assert [seq for seq, _ in log] == list(range(1, 74))
    # The three events of one writer stand together.
    codes = [code for _, code in log[1:]]
    assert all(len(set(codes[i : i + 3])) == 1 for i in range(0, 72, 3))


@pytest.mark.django_db
def test_a_stored_event_is_read_back_as_what_it_was(analysis):
    body = Warned(code="slow", detail="The page took long.")
    with transaction.atomic():
        events.append(analysis.pk, [body])
    row = analysis.events.get(seq=2)
    assert EVENT_BODY.validate_python({"type": row.type, **row.body}) == body


@pytest.mark.django_db
def test_an_analysis_without_a_second_event_reads_nothing_after_the_first(analysis):
    assert list(analysis.events.after(1)) == []
