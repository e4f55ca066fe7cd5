"""What was paid is found again; what may have been paid counts as spent."""

import asyncio
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async

from analysis import flights, journal, lifecycle, services
from analysis.flights import Ending, Wish
from analysis.journal import Answer, Bound, CallFailed, Journal, NotOurs, OverBudget, Request
from analysis.models import Analysis, Call, CallState, Shift
from researcher.kit.ids import uuid7

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

ASK = Request(kind="model", content={"prompt": "hello"}, bound=Bound(tokens=100))


class Provider:
    """Counts what it is asked and answers what it is told to."""

    def __init__(self, *script: Answer | Exception) -> None:
        self.script, self.asked = list(script), 0

    async def __call__(self) -> Answer:
        self.asked += 1
        await asyncio.sleep(0)
        told = self.script.pop(0) if self.script else Answer(value="hi", tokens_in=3, tokens_out=4)
        if isinstance(told, Exception):
            raise told
        return told


@pytest.fixture
def run(analysis, drive) -> Analysis:
    claimed = lifecycle.claim(analysis.pk, drive)
    assert claimed is not None
    return claimed


def states() -> list[str]:
    return list(Call.objects.order_by("started_at").values_list("state", flat=True))


calls = sync_to_async(states)


async def test_a_call_is_paid_once(run):
    provider, run_journal = Provider(), Journal(run)
    answers = [await run_journal.once(ASK, provider) for _ in range(3)]
    assert provider.asked == 1
    assert {answer.value for answer in answers} == {"hi"}
    assert (await Call.objects.aget()).replays == 2


async def test_an_answer_costs_the_same_to_the_last_digit_when_it_is_found_again(run):
    provider = Provider(Answer(value="hi", cost=Decimal("0.00000123")))
    answers = [await Journal(run).once(ASK, provider) for _ in range(2)]
    assert [str(answer.cost) for answer in answers] == ["0.000001"] * 2


async def test_calls_side_by_side_share_one_flight(run):
    provider = Provider()
    both = await asyncio.gather(*(Journal(run).once(ASK, provider) for _ in range(5)))
    assert provider.asked == 1
    assert len(both) == 5


async def test_another_question_is_another_call(run):
    provider = Provider()
    for prompt in ("one", "two", "one"):
        await Journal(run).once(Request(kind="model", content={"prompt": prompt}), provider)
    assert provider.asked == 2


async def test_what_one_user_paid_another_does_not_find(run, bob, template, drive):
    def of_bob() -> Analysis:
        other = services.submit(owner=bob, template=template, topic="t", options_given={})
        return lifecycle.claim(other.pk, drive)

    provider = Provider()
    await Journal(run).once(ASK, provider)
    await Journal(await sync_to_async(of_bob)()).once(ASK, provider)
    assert provider.asked == 2


async def test_a_repair_is_another_call_and_a_useless_answer_is_never_replayed(run):
    provider = Provider(Answer(value="not json"), Answer(value="{}"))
    run_journal = Journal(run)
    await run_journal.once(ASK, provider)
    await run_journal.reject(ASK, "bad_json")
    repaired = Request(kind="model", content=ASK.content, repair=1)
    assert (await run_journal.once(repaired, provider)).value == "{}"
    assert await calls() == [CallState.INVALID, CallState.DONE]
    assert (await run_journal.once(ASK, provider)).value == "hi"


@pytest.mark.parametrize(
    ("maybe_paid", "state"), [(True, CallState.LOST), (False, CallState.REFUSED)]
)
async def test_a_passing_fault_is_tried_again_and_each_attempt_has_its_row(run, maybe_paid, state):
    fault = CallFailed("http_500", "oops", maybe_paid=maybe_paid, retry_after=0)
    provider = Provider(fault, fault)
    await Journal(run).once(ASK, provider)
    assert provider.asked == 3
    assert await calls() == [state, state, CallState.DONE]


async def test_a_lasting_fault_is_not_tried_again(run):
    provider = Provider(CallFailed("http_401", "wrong key", maybe_paid=False))
    with pytest.raises(CallFailed):
        await Journal(run).once(ASK, provider)
    assert provider.asked == 1


async def test_an_orphan_counts_as_spent_and_is_asked_again(run):
    """The worker was killed in flight: its row says started, and nobody flies it."""
    await Call.objects.acreate(
        owner_id=run.owner_id, analysis=run, fence=run.fence - 1, kind="model",
        request_hash=ASK.hash, reserved_tokens=100,
    )  # fmt: skip
    provider = Provider()
    await Journal(run).once(ASK, provider)
    assert provider.asked == 1
    assert await calls() == [CallState.LOST, CallState.DONE]
    assert (await sync_to_async(journal.spent_by)(run)).tokens == 107


async def test_an_answer_that_comes_too_late_is_kept(run, settings):
    """A stalled worker wakes up with an answer that was bought again meanwhile."""
    wake = asyncio.Event()

    async def stalled() -> Answer:
        await wake.wait()
        return Answer(value="late", tokens_in=1, tokens_out=1)

    late = asyncio.create_task(Journal(run).once(ASK, stalled))
    while await calls() != [CallState.STARTED]:
        await asyncio.sleep(0.01)
    settings.LEASE_SECONDS = -1
    again = await sync_to_async(_taken_over)(run)
    await Journal(again).once(ASK, Provider())
    wake.set()
    assert (await late).value == "late"
    assert await calls() == [CallState.INVALID, CallState.DONE]


async def test_a_worker_whose_run_was_taken_over_buys_nothing(run, settings):
    """It wakes up late: neither a new call, nor one that its successor has in flight."""
    provider = Provider()
    settings.LEASE_SECONDS = -1
    again = await sync_to_async(_taken_over)(run)
    with pytest.raises(NotOurs):
        await Journal(run).once(ASK, provider)
    assert await calls() == []
    begun = await sync_to_async(flights.begin)(Wish(again, ASK, uuid7()))
    waiting = asyncio.create_task(Journal(run).once(ASK, provider))
    await asyncio.sleep(0.05)
    assert (waiting.done(), await calls(), provider.asked) == (False, [CallState.STARTED], 0)
    await sync_to_async(flights.end)(Ending(begun, CallState.DONE, {"answer": "hi"}))
    assert (await waiting).value == "hi"


async def test_a_beginning_whose_confirmation_was_lost_is_ours(run):
    pk = uuid7()
    begin = sync_to_async(flights.begin)
    wish = Wish(run, ASK, pk)
    assert (await begin(wish)).pk == (await begin(wish)).pk == pk
    assert await begin(Wish(run, ASK, uuid7())) is None


def _taken_over(run: Analysis) -> Analysis:
    Analysis.objects.filter(pk=run.pk).update(lease_until=lifecycle.lease())
    return lifecycle.claim(run.pk, Shift.objects.create(host="y", pid=2))


async def test_no_call_starts_that_might_pass_the_cap(run):
    await Analysis.objects.filter(pk=run.pk).aupdate(budget_tokens=250)
    requests = [Request(kind="model", content={"n": n}, bound=Bound(tokens=100)) for n in range(10)]
    provider = Provider(*[Answer(value=n, tokens_in=50, tokens_out=50) for n in range(10)])
    ended = await asyncio.gather(
        *(Journal(run).once(request, provider) for request in requests), return_exceptions=True
    )
    assert sum(isinstance(end, OverBudget) for end in ended) == 8
    assert provider.asked == 2


async def test_a_cap_in_money_holds_too(run):
    await Analysis.objects.filter(pk=run.pk).aupdate(budget_cost=Decimal("0.10"))
    dear = Request(kind="model", content={}, bound=Bound(cost=Decimal("0.11")))
    provider = Provider()
    with pytest.raises(OverBudget):
        await Journal(run).once(dear, provider)
    assert provider.asked == 0


async def test_a_call_cancelled_in_flight_is_lost_not_open(run):
    asked = asyncio.Event()

    async def hang() -> Answer:
        asked.set()
        await asyncio.sleep(60)
        raise AssertionError

    flying = asyncio.create_task(Journal(run).once(ASK, hang))
    await asked.wait()
    flying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flying
    assert await calls() == [CallState.LOST]
