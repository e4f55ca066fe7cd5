"""A real client against a real server: what is asked, what comes back, what goes wrong."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from analysis import lifecycle, llm
from analysis.journal import CallFailed, Journal, OverBudget
from analysis.llm import InvalidAnswer, Model, Price, Talk
from analysis.models import Analysis, Call, CallState
from researcher.kit.frozen import Frozen
from tests.peers.model import PeerThread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

MODEL = Model(name="peer-1", price=Price(Decimal(2), Decimal(1), Decimal(10)), max_output=200)


class Note(Frozen):
    text: str
    points: list[int]


@pytest.fixture
def peer() -> Iterator[PeerThread]:
    with PeerThread() as running:
        yield running


@pytest.fixture
def run(analysis, drive) -> Analysis:
    return lifecycle.claim(analysis.pk, drive)


@asynccontextmanager
async def talking(
    run: Analysis, url: str, *, seconds: float = 5, attempts: int = 4
) -> AsyncIterator[Talk]:
    async with llm.client(base_url=url, api_key="sk-test", seconds=seconds) as ai:
        yield Talk(ai, Journal(run, attempts=attempts), MODEL, role="reader")


@pytest.fixture
async def talk(peer, run) -> AsyncIterator[Talk]:
    async with talking(run, peer.peer.url) as open_talk:
        yield open_talk


async def ask(talk: Talk, user: str = "What is new?") -> Note:
    return await talk.ask(system="Answer in JSON.", user=user, answer=Note)


async def ledger() -> list[tuple[str, str]]:
    calls = Call.objects.order_by("started_at").values_list("state", "error_code")
    return [call async for call in calls]


async def test_the_answer_is_what_the_schema_says_and_the_usage_is_kept(talk, peer):
    assert await ask(talk) == Note(text="text", points=[1])
    call = await Call.objects.aget()
    assert (call.state, call.role, call.model) == (CallState.DONE, "reader", "peer-1")
    assert call.tokens_in > 0
    assert call.cost == MODEL.price.of(tokens_in=call.tokens_in, tokens_out=call.tokens_out)
    sent = peer.peer.asked[0]
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert (sent["temperature"], sent["max_tokens"]) == (0, 200)


async def test_the_bound_is_never_below_what_was_used(talk):
    await ask(talk, "word " * 2000)
    call = await Call.objects.aget()
    assert call.reserved_tokens >= call.tokens_in + call.tokens_out
    assert call.reserved_cost >= call.cost


async def test_an_equal_question_is_not_paid_twice(talk, peer):
    await ask(talk)
    await ask(talk)
    assert len(peer.peer.asked) == 1


@pytest.mark.parametrize("content", ["not json", '{"text": 1}', "", '{"text": "x", "points": [1'])
async def test_a_bad_answer_is_asked_for_once_more(talk, peer, content):
    peer.peer.script += [{"content": content}]
    assert await ask(talk) == Note(text="text", points=[1])
    code = "invalid_answer" if content else "empty"
    assert await ledger() == [("invalid", code), ("done", "")]


async def test_a_model_that_cannot_is_given_up(talk, peer):
    peer.peer.script += [{"content": "no", "times": 9}]
    with pytest.raises(InvalidAnswer):
        await ask(talk)
    assert len(peer.peer.asked) == 2


@pytest.mark.parametrize(
    ("fault", "code", "state"),
    [
        ({"error": "rate_limited", "headers": {"retry-after": "0"}}, "rate_limited", "refused"),
        ({"error": "overload"}, "http_500", "lost"),
        ({"drop": True}, "no_answer", "lost"),
    ],
)
async def test_a_passing_fault_is_repeated_by_the_journal_alone(talk, peer, fault, code, state):
    peer.peer.script += [fault]
    await ask(talk)
    assert await ledger() == [(state, code), ("done", "")]
    assert len(peer.peer.asked) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("quota", "insufficient_quota"),
        ("wrong_key", "invalid_api_key"),
        ("no_model", "model_not_found"),
        ("overflow", "context_overflow"),
        ("overflow_llama", "context_overflow"),
    ],
)
async def test_a_lasting_fault_is_said_once(talk, peer, error, code):
    peer.peer.script += [{"error": error, "times": 9}]
    with pytest.raises(CallFailed) as failed:
        await ask(talk)
    assert failed.value.code == code
    assert len(peer.peer.asked) == 1
    assert await ledger() == [("refused", code)]


async def test_a_server_that_is_not_there_costs_nothing(run):
    async with talking(run, "http://127.0.0.1:9/v1", attempts=1) as talk:
        with pytest.raises(CallFailed) as failed:
            await ask(talk)
    assert failed.value.code == "unreachable"
    assert await ledger() == [("refused", "unreachable")]


async def test_a_hanging_server_is_left_and_counts_as_spent(peer, run):
    peer.peer.script += [{"hang": 30}]
    async with talking(run, peer.peer.url, seconds=0.2, attempts=1) as talk:
        with pytest.raises(CallFailed) as failed:
            await ask(talk)
    assert failed.value.code == "no_answer"
    assert await ledger() == [("lost", "no_answer")]


async def test_nothing_is_asked_that_might_pass_the_cap(talk, peer, run):
    await Analysis.objects.filter(pk=run.pk).aupdate(budget_tokens=100)
    with pytest.raises(OverBudget):
        await ask(talk)
    assert peer.peer.asked == []
