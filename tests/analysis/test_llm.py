"""A real client against a real server: what is asked, what comes back, what goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from analysis import lifecycle, llm
from analysis.journal import Bound, CallFailed, Journal, OverBudget
from analysis.llm import Clocks, InvalidAnswer, Model, Price, Talk
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
    run: Analysis,
    url: str,
    *,
    seconds: float = 5,
    attempts: int = 4,
    model: Model = MODEL,
    clocks: Clocks = Clocks(),  # noqa: B008
) -> AsyncIterator[Talk]:
    async with llm.client(base_url=url, api_key="sk-test", seconds=seconds) as ai:
        yield Talk(ai, Journal(run, attempts=attempts), model, "reader", clocks=clocks)


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


# --- streams ------------------------------------------------------------------------------


class Listener:
    """Hears an answer while it is written."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    async def __call__(self, piece: str) -> None:
        self.pieces.append(piece)


async def listen(talk: Talk, listener: Listener) -> Note:
    return await talk.ask(system="JSON.", user="What is new?", answer=Note, heard=listener)


async def test_an_answer_is_heard_while_it_is_written_and_its_usage_is_kept(talk, peer):
    peer.peer.tokens_per_second = 100
    listener = Listener()
    assert await listen(talk, listener) == Note(text="text", points=[1])
    assert len(listener.pieces) > 3
    assert Note.model_validate_json("".join(listener.pieces)) == Note(text="text", points=[1])
    call = await Call.objects.aget()
    assert (call.finish_reason, call.tokens_out > 0) == ("stop", True)
    assert peer.peer.asked[0]["stream_options"] == {"include_usage": True}


async def test_streamed_or_not_it_is_the_same_request(talk, peer):
    await ask(talk)
    await listen(talk, Listener())
    await ask(talk, "What else?")
    await talk.ask(system="Answer in JSON.", user="What is new?", answer=Note, heard=Listener())
    assert len(peer.peer.asked) == 3


async def test_a_replayed_answer_is_not_heard(talk, peer):
    await listen(talk, Listener())
    again = Listener()
    await listen(talk, again)
    assert again.pieces == []


@pytest.mark.parametrize("fault", [{"cut": 3}, {"corrupt": True}, {"drop": True}])
async def test_a_stream_that_breaks_is_begun_anew(talk, peer, fault):
    peer.peer.script += [fault]
    assert await listen(talk, Listener()) == Note(text="text", points=[1])
    assert [state for state, _ in await ledger()] == ["lost", "done"]


async def test_a_stream_that_ends_without_a_reason_is_no_answer(run, peer):
    """The client library says nothing of it: the text is simply shorter."""
    peer.peer.script += [{"cut": 3, "times": 9}]
    async with talking(run, peer.peer.url, attempts=1) as talk:
        with pytest.raises(CallFailed) as failed:
            await listen(talk, Listener())
    assert failed.value.code == "cut_stream"


@pytest.mark.parametrize(
    ("pace", "clocks"),
    [
        ({"seconds_to_first": 5.0}, Clocks(first=0.2, idle=5, whole=9)),
        ({"tokens_per_second": 1.0}, Clocks(first=5, idle=0.2, whole=9)),
        ({"tokens_per_second": 20.0}, Clocks(first=5, idle=5, whole=0.3)),
    ],
    ids=["first token", "next token", "whole answer"],
)
async def test_a_stream_is_left_when_a_clock_runs_out(run, pace, clocks):
    with PeerThread(**pace) as slow:
        async with talking(run, slow.peer.url, attempts=1, clocks=clocks) as talk:
            with pytest.raises(CallFailed) as failed:
                await listen(talk, Listener())
    assert failed.value.code == "no_answer"
    assert await ledger() == [("lost", "no_answer")]


async def test_a_server_without_usage_in_streams_is_asked_without_it(talk, peer):
    peer.peer.lacks = frozenset({"stream_options"})
    assert await listen(talk, Listener()) == Note(text="text", points=[1])
    assert "stream_options" not in peer.peer.asked[-1]


# --- outcomes -----------------------------------------------------------------------------


@pytest.mark.parametrize("heard", [None, Listener()], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [({"refusal": "I will not."}, "refusal"), ({"finish": "content_filter"}, "content_filter")],
)
async def test_a_refusal_is_an_outcome_and_is_asked_for_anew_by_the_next_run(
    talk, peer, fault, code, heard
):
    peer.peer.script += [fault]
    with pytest.raises(InvalidAnswer) as none:
        await talk.ask(system="JSON.", user="Tell.", answer=Note, heard=heard)
    assert none.value.code == code
    assert await ledger() == [("invalid", code)]
    assert await talk.ask(system="JSON.", user="Tell.", answer=Note) == Note(
        text="text", points=[1]
    )


class Lines(Frozen):
    lines: list[str]


async def test_a_cut_answer_is_continued(talk, peer):
    peer.peer.script += [
        {"content": '{"lines":["one","two","thr', "finish": "length"},
        {"content": '{"lines":["three"]}'},
    ]
    found = await talk.ask(system="JSON.", user="Count.", answer=Lines)
    assert found.lines == ["one", "two", "three"]
    asked = peer.peer.asked[1]["messages"]
    assert asked[-2] == {"role": "assistant", "content": '{"lines":["one","two"]}'}
    assert "cut" in asked[-1]["content"]


async def test_an_answer_that_never_ends_is_taken_as_far_as_it_came(talk, peer):
    peer.peer.script += [{"content": '{"lines":["one","two"', "finish": "length", "times": 99}]
    found = await talk.ask(system="JSON.", user="Count.", answer=Lines)
    assert set(found.lines) == {"one", "two"}
    assert len(peer.peer.asked) == 4


async def test_an_answer_cut_within_its_first_item_is_none(talk, peer):
    peer.peer.script += [{"content": '{"lines":["on', "finish": "length", "times": 99}]
    with pytest.raises(InvalidAnswer) as none:
        await talk.ask(system="JSON.", user="Count.", answer=Lines)
    assert none.value.code == "cut"


async def test_the_limit_of_an_answer_is_reserved_and_sent(talk, peer):
    await talk.ask(system="JSON.", user="Short.", answer=Note, most=50)
    assert peer.peer.asked[0]["max_tokens"] == 50
    call = await Call.objects.aget()
    assert call.reserved_tokens < 50 + 400


async def test_what_is_kept_for_later_is_not_spent(talk, peer, run):
    await Analysis.objects.filter(pk=run.pk).aupdate(budget_tokens=2000)
    with pytest.raises(OverBudget) as over:
        await talk.ask(system="JSON.", user="Early.", answer=Note, keep=Bound(tokens=1900))
    assert over.value.code == "budget_spent"
    await talk.ask(system="JSON.", user="Late.", answer=Note)
    assert len(peer.peer.asked) == 1


async def test_a_question_too_long_for_the_window_is_not_sent(peer, run):
    small = Model(name="peer-1", max_output=200, window=1000)
    async with talking(run, peer.peer.url, model=small) as talk:
        with pytest.raises(CallFailed) as failed:
            await ask(talk, "word " * 2000)
    assert failed.value.code == "context_overflow"
    assert peer.peer.asked == []


async def test_html_instead_of_json_is_a_bad_response(run):
    """A wrong path or a proxy's page: HTTP 200, and no completion in it."""

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n"
        writer.write(head + b"<h1>It works!</h1>")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server, talking(run, url, attempts=1) as talk:
        with pytest.raises(CallFailed) as failed:
            await ask(talk)
    assert failed.value.code == "bad_response"
