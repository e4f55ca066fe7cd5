"""Calls that begin and end in one transaction begin and end as they would alone."""

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analysis import flights
from analysis.capabilities import Rate
from analysis.flights import Ending, Wish
from analysis.models import Analysis, Call, CallState
from analysis.purchases import Bound, Request
from researcher.kit.ids import uuid7

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

STARTED, DONE, LOST = CallState.STARTED, CallState.DONE, CallState.LOST


def request(number: int, **changes) -> Request:
    asked = Request(
        kind="model", content={"n": number}, bound=Bound(tokens=100, cost=Decimal("0.1")), model="m"
    )
    return replace(asked, **changes)


def wish(run: Analysis, number: int, **changes) -> Wish:
    return Wish(run, request(number, **changes), uuid7())


def begun(wishes: list[Wish]) -> list[bool]:
    """Who of them began, as a call under its own key that reserves what it may use."""
    calls = flights.begin_many(wishes)
    for made, one in zip(calls, wishes, strict=True):
        assert made is None or made.pk == one.pk
    rows = Call.objects.filter(pk__in=[one.pk for one in wishes], state=STARTED)
    assert {row.pk for row in rows} == {call.pk for call in calls if call}
    return [call is not None for call in calls]


def test_new_calls_of_several_runs_begin_together(runs):
    wishes = [wish(runs[n % 3], n) for n in range(6)]
    assert begun(wishes) == [True] * 6
    row = Call.objects.get(pk=wishes[4].pk)
    assert (row.analysis_id, row.owner_id) == (runs[1].pk, runs[1].owner_id)
    assert (row.reserved_tokens, row.reserved_cost) == (100, Decimal("0.1"))


def test_as_many_as_there_are_they_take_as_many_queries(runs, django_assert_num_queries):
    for count in (2, 12):
        wishes = [wish(runs[n % 3], 100 * count + n) for n in range(count)]
        with django_assert_num_queries(6):
            flights.begin_many(wishes)


def test_a_call_that_was_made_or_is_being_made_is_left_to_be_looked_at_alone(runs):
    flights.begin(wish(runs[0], 1))
    done = flights.begin(wish(runs[0], 2))
    flights.end(Ending(done, DONE, {"answer": "hi"}))
    assert begun([wish(runs[1], 1), wish(runs[1], 2), wish(runs[1], 3)]) == [False, False, True]


def test_of_two_that_are_the_same_one_begins(runs):
    assert begun([wish(runs[0], 1), wish(runs[1], 1), wish(runs[2], 2)]) == [True, False, True]


def test_a_call_that_was_lost_begins_anew(runs):
    lost = flights.begin(wish(runs[0], 1))
    flights.end(Ending(lost, LOST, {"error_code": "no_answer"}))
    assert begun([wish(runs[0], 1), wish(runs[0], 2)]) == [True, True]


def test_who_lost_his_claim_begins_nothing(runs):
    Analysis.objects.filter(pk=runs[0].pk).update(fence=9)
    assert begun([wish(runs[0], 1), wish(runs[1], 2)]) == [False, True]


def test_those_before_it_in_the_same_transaction_count_for_a_budget(runs):
    Analysis.objects.filter(pk=runs[0].pk).update(budget_tokens=350)
    Analysis.objects.filter(pk=runs[1].pk).update(budget_cost=Decimal("0.15"))
    flights.begin(wish(runs[0], 0))
    wishes = [wish(runs[n % 2], 1 + n) for n in range(8)]
    assert begun(wishes) == [True, True, True, *[False] * 5]


def test_what_must_stay_untouched_of_a_budget_stays(runs):
    Analysis.objects.filter(pk=runs[0].pk).update(budget_tokens=350)
    keep = Bound(tokens=200)
    wishes = [wish(runs[0], n, keep=keep) for n in range(3)]
    assert begun(wishes) == [True, False, False]


def test_the_caps_of_the_day_bind_all_of_them_together(runs, settings):
    settings.DAILY_TOKENS = 250
    assert begun([wish(run, n) for n, run in enumerate(runs[:3])]) == [True, True, False]


def test_a_model_with_a_limit_is_asked_for_alone(runs):
    limited = wish(runs[0], 1, rate=Rate(tokens=None, requests=60))
    assert begun([limited, wish(runs[0], 2)]) == [False, True]


def test_a_model_that_had_too_many_is_asked_for_alone(runs):
    refused = flights.begin(wish(runs[0], 1, model="busy"))
    flights.end(Ending(refused, CallState.REFUSED, {"error_code": "rate_limited"}))
    assert begun([wish(runs[0], 2, model="busy"), wish(runs[0], 3)]) == [False, True]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="it has no locks of rows")
def test_nobody_waits_for_a_run_that_somebody_holds(runs):
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Analysis.objects.select_for_update().get(pk=runs[0].pk)
            held.set()
            over.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(20)
    assert begun([wish(runs[0], 1), wish(runs[1], 2)]) == [False, True]
    over.set()
    holder.join()


def test_calls_end_together_each_with_what_it_gave(runs):
    calls = [flights.begin(wish(runs[0], n)) for n in range(3)]
    ends = [
        Ending(calls[0], DONE, {"answer": {"a": "é"}, "tokens_in": 7, "cost": Decimal("0.000001")}),
        Ending(calls[1], LOST, {"error_code": "cancelled"}),
    ]
    assert flights.end_many(ends) == [True, True]
    first, second, third = (Call.objects.get(pk=call.pk) for call in calls)
    assert (first.state, first.answer, first.tokens_in) == (DONE, {"a": "é"}, 7)
    assert first.cost == Decimal("0.000001")
    assert (second.state, second.error_code, third.state) == (LOST, "cancelled", STARTED)
    assert (first.reserved_tokens, first.fence) == (100, runs[0].fence)
    assert abs((timezone.now() - first.finished_at).total_seconds()) < 20
    assert calls[0].state == STARTED  # whoever holds it may try to end it again


def test_a_late_answer_that_was_bought_again_ends_none_of_those_beside_it(runs):
    """Alone each is written: the late one as repeated, the others as they are."""
    late = flights.begin(wish(runs[0], 1))
    flights.end(Ending(late, LOST, {"error_code": "orphaned"}))
    flights.end(Ending(flights.begin(wish(runs[0], 1)), DONE, {"answer": "hi"}))
    other = flights.begin(wish(runs[0], 2))
    with pytest.raises(IntegrityError):
        flights.end_many([Ending(other, DONE, {"answer": "x"}), Ending(late, DONE, {})])
    states = Call.objects.filter(pk__in=[late.pk, other.pk]).values_list("state", flat=True)
    assert sorted(states) == [LOST, STARTED]
