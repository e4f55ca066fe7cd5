"""The ledger is the bucket: what was begun in the last minute is used up, for all workers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis import limits
from analysis.capabilities import ANY_RATE, Rate
from analysis.limits import Throttled, admit
from analysis.models import Call, CallState

pytestmark = [pytest.mark.django_db, pytest.mark.servers]

STATES = {CallState.DONE: 300, CallState.STARTED: 0, CallState.REFUSED: 0}


@pytest.fixture
def begun(alice):
    """Write a call of a model that was begun so many seconds ago."""
    number = iter(range(1000))

    def write(seconds: float, state: str = CallState.DONE, **columns) -> Call:
        at = timezone.now() - timedelta(seconds=seconds)
        call = Call.objects.create(
            owner=alice, fence=1, kind="model", model="m", request_hash=str(next(number)),
            reserved_tokens=1000, tokens_in=STATES.get(state, 0), state=state,
            finished_at=None if state == CallState.STARTED else at, **columns,
        )  # fmt: skip
        Call.objects.filter(pk=call.pk).update(started_at=at)
        return call

    return write


def waits(tokens: int, rate: Rate) -> float:
    try:
        admit("m", tokens, rate)
    except Throttled as wait:
        return wait.seconds
    return 0.0


def test_without_a_limit_nothing_waits(begun):
    begun(1)
    assert waits(10**9, ANY_RATE) == 0


def test_a_call_waits_until_the_first_of_the_minute_is_over(begun):
    begun(50)
    begun(10)
    rate = Rate(tokens=1000)
    assert waits(400, rate) == 0
    assert 9 < waits(401, rate) <= 10


def test_a_call_in_flight_counts_with_what_it_reserved(begun):
    begun(1, CallState.STARTED)
    assert waits(1, Rate(tokens=1000)) > 0
    assert waits(0, Rate(tokens=1000)) == 0


def test_requests_are_counted_too(begun):
    begun(1)
    begun(2)
    assert waits(1, Rate(requests=3)) == 0
    assert waits(1, Rate(requests=2)) > 0


def test_another_model_has_a_bucket_of_its_own(begun):
    begun(1)
    admit("other", 10**6, Rate(tokens=100))


def test_what_is_larger_than_the_limit_goes_when_nothing_else_does(begun):
    begun(61)
    assert waits(5000, Rate(tokens=1000)) == 0


def test_a_refusal_holds_everybody_back_as_long_as_it_says(begun):
    begun(1, CallState.REFUSED, error_code="rate_limited", answer={"retry_after": 20})
    assert 18 < waits(1, ANY_RATE) <= 19.5


def test_one_refusal_teaches_nothing_and_several_do(begun):
    for _ in range(3):
        begun(20)
    for at in (19, 18):
        begun(at, CallState.REFUSED, error_code="rate_limited", answer={"retry_after": 0})
    assert waits(5000, ANY_RATE) == 0
    begun(17, CallState.REFUSED, error_code="rate_limited", answer={"retry_after": 0})
    assert waits(100, ANY_RATE) > 0, "900 tokens had gone through: 810 are the limit now"


def test_what_was_learnt_is_forgotten_after_a_while(begun):
    for at in (310, 305, 301):
        begun(at, CallState.REFUSED, error_code="rate_limited", answer={"retry_after": 0})
    begun(1)
    assert waits(10**6, ANY_RATE) == 0


def test_a_refused_call_uses_nothing_up(begun):
    begun(1, CallState.REFUSED, error_code="http_400")
    assert limits.used_by("m", timezone.now()).requests == 0
