"""The protocol with a real server, where its two wheels are installed (see tests.peers.local)."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from analysis.analysts.answers import Planned
from analysis.journal import CallFailed, Journal
from analysis.llm import Clocks, InvalidAnswer, Model, Talk, client
from analysis.models import Analysis, Call, CallState
from tests.peers import local

MISSING = local.missing()
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"NO REAL MODEL SERVER: {', '.join(MISSING)} not installed"
    ),
]
SECONDS = 60.0
MODEL = Model(name="smollm2", max_output=120)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.peers.local"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        yield next(line.strip() for line in lines if line.startswith("http"))
        process.terminate()


async def asked(run: Analysis, url: str, *, key: str = local.KEY, heard=None, user: str) -> Planned:
    async with client(base_url=url, api_key=key, seconds=SECONDS) as ai:
        clocks = Clocks(first=SECONDS, idle=SECONDS, whole=SECONDS)
        talk = Talk(ai, Journal(run, attempts=1), MODEL, "planner", clocks=clocks)
        system = "You plan. Answer with one section, number 1, and one question."
        return await talk.ask(system=system, user=user, answer=Planned, heard=heard)


async def test_an_answer_of_its_grammar_is_one_of_ours_and_its_tokens_are_counted(analysis, server):
    pieces: list[str] = []

    async def heard(piece: str) -> None:
        pieces.append(piece)

    codes = set()
    try:
        await asked(analysis, server, heard=heard, user="Section 1: wheat prices.")
    except InvalidAnswer as none:  # so small a model may go on until it is cut
        codes.add(none.code)
    assert codes <= {"cut", "invalid_answer"}
    assert pieces, "it streams"
    call = await Call.objects.filter(analysis=analysis).afirst()
    assert call is not None
    assert call.state in (CallState.DONE, CallState.INVALID)
    assert call.tokens_in > 10
    assert 0 < call.tokens_out <= MODEL.max_output


async def test_a_question_beyond_its_window_is_known_as_such(analysis, server):
    with pytest.raises(CallFailed) as failure:
        await asked(analysis, server, user="wheat prices " * local.WINDOW)
    assert failure.value.code == "context_overflow"


async def test_a_wrong_key_is_known_as_such(analysis, server):
    with pytest.raises(CallFailed) as failure:
        await asked(analysis, server, key="sk-wrong", user="Wheat.")
    assert (failure.value.code, failure.value.retry_after) == ("invalid_api_key", None)
