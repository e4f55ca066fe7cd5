"""A web server that is told to stop leaves nobody without an answer."""

import asyncio
import time
from http.client import HTTPConnection

import pytest

from researcher.open_sockets import Tally, awaited
from tests.limits import LATE_SECONDS
from tests.live_server import server_over


@pytest.mark.slow
def test_a_request_that_was_taken_in_is_answered_before_its_server_ends():
    with server_over("sqlite://:memory:", "tests.limits:slow") as leaving:
        asked = HTTPConnection("127.0.0.1", leaving.port, timeout=20)
        asked.request("GET", "/")
        time.sleep(LATE_SECONDS / 2)
        leaving.process.terminate()
        answer = asked.getresponse()
        assert (answer.status, answer.read()) == (404, b"late")
        asked.close()
        assert leaving.process.wait(20) == 0


@pytest.mark.parametrize("is_ending", [True, False])
async def test_a_request_is_cancelled_with_its_client_but_not_with_its_server(is_ending: bool):
    tally, answered = Tally(), []

    async def application(*_: object) -> None:
        await asyncio.sleep(0.05)
        answered.append(True)

    request = asyncio.create_task(awaited(application, tally)({}, None, None))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tally.is_ending = is_ending
    request.cancel()
    await asyncio.wait([request, *tally.tasks])
    assert (answered, tally.open) == ([True] if is_ending else [], 0)
