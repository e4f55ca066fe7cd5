"""Every fault of a model server at every stage: completed, partial, paused or failed - and said."""

import pytest

from analysis import lifecycle
from analysis.models import Analysis, Call, CallState
from analysis.pipeline.draft import problems
from analysis.pipeline.errors import PipelineError, RunPaused
from analysis.types import Draft
from tests.analysis.analysts.seat import MODEL, drafted, seated
from tests.peers.model import Peer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROLES = ("Planned", "Chosen", "Written", "Summary")
PASSING = [
    {"error": "rate_limited", "headers": {"retry-after": "0"}},
    {"error": "overload"},
    {"drop": True},
    {"hang": 3},
    {"content": "not JSON"},
    {"content": ""},
    {"spoil": "wrong_schema"},
    {"spoil": "think"},
    {"spoil": "fenced"},
    {"spoil": "cut", "finish": "length"},
    {"error": "overflow"},
    {"error": "overflow_llama"},
    {"error": "no_schema"},
]
LASTING = [
    ({"error": "quota"}, "insufficient_quota"),
    ({"error": "wrong_key"}, "invalid_api_key"),
    ({"error": "no_model"}, "model_not_found"),
    ({"error": "overload"}, "http_500"),
    ({"error": "rate_limited", "headers": {"retry-after": "0"}}, "rate_limited"),
    ({"drop": True}, "no_answer"),
]
WITHOUT = [
    ({"refusal": "No."}, "refusal"),
    ({"finish": "content_filter"}, "content_filter"),
    ({"content": ""}, "empty"),
    ({"content": "not JSON"}, "invalid_answer"),
    ({"spoil": "wrong_schema"}, "invalid_answer"),
    ({"error": "overflow"}, "too_long"),
]


def named(fault: dict[str, object]) -> str:
    return "-".join(str(part) for part in fault.values() if not isinstance(part, dict))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch) -> None:
    """The journal waits between attempts and for its turn; how long is tested elsewhere."""
    monkeypatch.setattr("analysis.journal.LONGEST_WAIT_SECONDS", 1.0)
    monkeypatch.setattr("analysis.journal._pause", lambda retry_after, attempt: 0.0)


@pytest.fixture
def run(analysis: Analysis, drive) -> Analysis:
    claimed = lifecycle.claim(analysis.pk, drive)
    assert claimed is not None
    return claimed


def assert_sound(draft: Draft, peer: Peer) -> None:
    assert problems(draft) == ()
    assert draft.citations
    assert "sk-test" not in draft.model_dump_json()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("fault", PASSING, ids=named)
async def test_a_passing_fault_leaves_a_whole_report(run, peer, role, fault):
    peer.script.append({**fault, "role": role})
    async with seated(run, peer) as seat:
        draft = await drafted(seat)
    assert_sound(draft, peer)
    assert not draft.is_partial, draft.shortfalls
    assert not peer.script, "the fault was never met"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("fault", "code"), LASTING, ids=lambda one: str(one))
async def test_a_lasting_fault_pauses_the_run_with_a_code_and_a_sentence(
    run, peer, role, fault, code
):
    peer.script.append({**fault, "role": role, "times": 99})
    async with seated(run, peer) as seat:
        with pytest.raises(RunPaused) as paused:
            await drafted(seat)
    assert paused.value.code == code
    assert paused.value.detail.endswith("Then resume the analysis.")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, {"detail": "Not Found"}), "wrong_address"),
        ((301, {}), "wrong_address"),
        ((405, {"detail": "Method Not Allowed"}), "wrong_address"),
        ((200, {"hello": "world"}), "bad_response"),
    ],
)
async def test_what_is_no_model_server_pauses_the_run_and_says_so(run, peer, answer, code):
    peer.elsewhere = answer
    async with seated(run, peer) as seat:
        with pytest.raises(RunPaused) as paused:
            await drafted(seat)
    assert paused.value.code == code
    assert "OPENAI_BASE_URL" in paused.value.detail


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://example.org/v1", "http://"])
async def test_an_address_that_is_none_is_unreachable(run, url):
    nobody = Peer()
    nobody.address = url
    async with seated(run, nobody) as seat:
        with pytest.raises(RunPaused) as paused:
            await drafted(seat)
    assert paused.value.code == "unreachable"
    assert "OPENAI_BASE_URL" in paused.value.detail


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("fault", "code"), WITHOUT, ids=lambda one: str(one))
async def test_without_an_answer_the_report_is_partial_and_says_why(run, peer, role, fault, code):
    peer.script.append({**fault, "role": role, "times": 99})
    async with seated(run, peer) as seat:
        draft = await drafted(seat)
    assert_sound(draft, peer)
    assert code in {one.code for one in draft.shortfalls}
    assert any(line.startswith("This report is partial: ") for line in draft.limits)
    assert all(section.answered for section in draft.sections)


async def test_what_is_paid_before_a_pause_is_found_after_it(run, peer):
    peer.script.append({"error": "quota", "role": "Written", "times": 1})
    async with seated(run, peer) as seat:
        with pytest.raises(RunPaused):
            await drafted(seat)
        paid = await Call.objects.filter(state=CallState.DONE).acount()
        draft = await drafted(seat)
    assert_sound(draft, peer)
    assert not draft.is_partial
    bought = await Call.objects.filter(state=CallState.DONE).acount()
    assert paid > 0
    assert len(peer.asked) == bought + 1


@pytest.mark.parametrize(
    "lacks",
    [
        {"json_schema"},
        {"json_schema", "json_object", "response_format"},
        {"temperature"},
        {"max_tokens"},
        {"json_schema", "temperature", "max_tokens"},
    ],
    ids=lambda one: "+".join(sorted(one)),
)
async def test_a_server_that_knows_less_is_asked_for_less(run, peer, lacks):
    peer.lacks = frozenset(lacks)
    async with seated(run, peer) as seat:
        draft = await drafted(seat)
    assert_sound(draft, peer)
    assert not draft.is_partial
    refused = await Call.objects.filter(error_code="unsupported").acount()
    assert 0 < refused <= 2 * len(lacks) * 2, "what was learnt is not asked again"


@pytest.mark.parametrize("window", [500, 700])
async def test_a_small_window_is_asked_for_less_at_a_time(run, peer, window):
    """A window of so many tokens that nobody told us: learnt from the server's refusals."""
    peer.window = window
    async with seated(run, peer) as seat:
        draft = await drafted(seat)
    assert_sound(draft, peer)
    assert not draft.is_partial, draft.shortfalls
    sizes = [sum(len(m["content"]) // 4 for m in one["messages"]) for one in peer.asked]
    assert max(sizes) > window >= min(sizes)


async def test_a_known_window_is_never_passed(run, peer):
    peer.window = 4000
    small = type(MODEL)(name="peer-4k", window=4000, max_output=1000)
    async with seated(run, peer, model=small) as seat:
        draft = await drafted(seat)
    assert_sound(draft, peer)
    assert not draft.is_partial
    assert not await Call.objects.filter(error_code="context_overflow").aexists()


async def test_a_request_that_is_not_accepted_ends_the_run_with_its_code(run, peer):
    peer.lacks = frozenset({"messages"})
    async with seated(run, peer) as seat:
        with pytest.raises(PipelineError) as failed:
            await drafted(seat)
    assert failed.value.code == "unsupported"
    assert "another model or server" in failed.value.detail


async def test_equal_runs_ask_equal_questions(run, peer):
    """No clock, no budget and no order of arrival is in a request."""
    async with seated(run, peer) as seat:
        await drafted(seat)
    first = list(peer.asked)
    await Call.objects.all().adelete()
    peer.seconds_to_first = 0.01
    async with seated(run, peer) as seat:
        await drafted(seat)
    key = str
    assert sorted(peer.asked[len(first) :], key=key) == sorted(first, key=key)
