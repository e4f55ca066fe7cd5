"""Real sockets of a real Daphne whose limits are small enough to wait for."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from knox.models import get_token_model
from websockets.sync.client import connect

from analysis.models import Analysis
from tests.analysis.logs import (
    burst,
    cancelled,
    hidden,
    log,
    log_progress,
    progress,
    someone,
    submitted,
)
from tests.analysis.visitors import (
    CLOSE_4408,
    change_password,
    deactivate,
    farewell,
    last_bytes,
    log_out,
    message,
    opened,
    opened_with,
    page,
    path_of,
    seqs,
    stalled,
    until_closed,
)
from tests.limits import LIMITS, STALL_SECONDS
from tests.live_server import LiveServer, cookie_of, live_server, server_over

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def site(django_db_blocker: Any) -> Iterator[LiveServer]:
    with django_db_blocker.unblock(), live_server("tests.limits:impatient") as site:
        yield site


@pytest.fixture
def alice(site: LiveServer) -> User:
    return someone("alice")


@pytest.fixture
def bob(site: LiveServer) -> User:
    return someone("bob")


@pytest.fixture
def analysis(alice: User) -> Analysis:
    return submitted(alice)


@contextmanager
def meanwhile(write: Callable[..., None], *args: object) -> Iterator[None]:
    """Write in another thread, done when the block is."""
    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(write, *args)
        yield
        writing.result()
        thread.submit(connections.close_all).result()


def test_alice_sees_where_it_stands_and_then_each_event_once_in_order(
    site: LiveServer, alice: User, analysis: Analysis
):
    log(analysis.pk, progress(3, 31))
    with opened(site, alice, path_of(analysis)) as live:
        snapshot = message(live)
        with meanwhile(log_progress, analysis.pk, 60):
            first = [message(live) for _ in range(62)]
        cancelled(analysis)
        rest, code = until_closed(live)
    assert (snapshot["type"], snapshot["seq"]) == ("snapshot", 2)
    assert snapshot["analysis"]["steps"][2]["done"] == 3
    assert seqs(first + rest) == list(range(1, 64))
    assert rest[-1]["type"] == "analysis.cancelled"
    assert code == 1000


def test_who_comes_back_gets_exactly_the_rest(site: LiveServer, alice: User, analysis: Analysis):
    log_progress(analysis.pk, 10)
    cancelled(analysis)
    with opened(site, alice, path_of(analysis, "?after=7")) as live:
        messages, code = until_closed(live)
    assert seqs(messages) == [8, 9, 10, 11, 12]
    assert code == 1000


def test_who_has_all_of_a_finished_run_gets_only_its_state(
    site: LiveServer, alice: User, analysis: Analysis
):
    cancelled(analysis)
    with opened(site, alice, path_of(analysis, "?after=2")) as live:
        messages, code = until_closed(live)
    assert [message["type"] for message in messages] == ["snapshot"]
    assert messages[0]["analysis"]["status"] == "cancelled"
    assert code == 1000


def test_who_claims_to_have_more_than_there_is_starts_again(
    site: LiveServer, alice: User, analysis: Analysis
):
    log_progress(analysis.pk, 2)
    cancelled(analysis)
    with opened(site, alice, path_of(analysis, f"?after={2**63 - 1}")) as live:
        reset, *messages = until_closed(live)[0]
    assert reset == {"type": "reset"}
    assert seqs(messages) == [1, 2, 3, 4]


@pytest.mark.slow
def test_a_client_that_drops_its_connection_200_times_misses_nothing(
    site: LiveServer, alice: User, analysis: Analysis
):
    seen: list[int] = []
    chance, cookie = random.Random(7), cookie_of(alice)  # noqa: S311
    with meanwhile(log_progress, analysis.pk, 400):
        for _ in range(200):
            with page(site, cookie, path_of(analysis, f"?after={len(seen)}")) as live:
                assert message(live)["type"] == "snapshot"
                for _ in range(min(chance.randrange(4), 401 - len(seen))):
                    seen += seqs([message(live)])
                live.socket.shutdown(socket.SHUT_RDWR)  # without a word
    cancelled(analysis)
    with opened(site, alice, path_of(analysis, f"?after={len(seen)}")) as live:
        seen += seqs(until_closed(live)[0])
    assert seen == list(range(1, 403))


def test_bob_cannot_tell_alices_analysis_from_none(site: LiveServer, bob: User, analysis: Analysis):
    missing = "/ws/analyses/00000000-0000-7000-8000-000000000000/"
    with opened(site, bob, path_of(analysis)) as hers, opened(site, bob, missing) as none:
        assert farewell(hers) == farewell(none) == ("not_found", 4404)


def test_a_stranger_is_asked_to_log_in(site: LiveServer, analysis: Analysis):
    with connect(site.socket_url(path_of(analysis)), origin=site.origin) as live:
        assert farewell(live) == ("not_authenticated", 4401)


def test_a_program_with_a_token_needs_no_origin(site: LiveServer, alice: User, analysis: Analysis):
    _, token = get_token_model().objects.create(user=alice)
    with opened_with(site, token, path_of(analysis)) as live:
        assert message(live)["type"] == "snapshot"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", None])
def test_another_page_cannot_use_alices_cookie(
    site: LiveServer, alice: User, analysis: Analysis, origin: Any
):
    headers = cookie_of(alice)
    url = site.socket_url(path_of(analysis))
    with connect(url, additional_headers=headers, origin=origin) as live:
        assert farewell(live) == ("origin_not_allowed", 4403)


@pytest.mark.parametrize("path", ["/ws/", "/ws/analyses/7/", "/somewhere", "/ws/analyses/%00/"])
def test_a_path_that_leads_nowhere_says_so(site: LiveServer, alice: User, path: str):
    with opened(site, alice, path) as live:
        assert farewell(live) == ("not_found", 4404)


@pytest.mark.parametrize(
    "query",
    [
        "?after=-1",
        "?after=x",
        f"?after={2**63}",
        "?after=",
        "?after=1&after=2",
        "?since=1",
        "?after=%D9%A3",
    ],
)
def test_a_bad_after_is_refused(site: LiveServer, alice: User, analysis: Analysis, query: str):
    with opened(site, alice, path_of(analysis, query)) as live:
        assert farewell(live) == ("bad_message", 4400)


def test_a_ping_is_answered(site: LiveServer, alice: User, analysis: Analysis):
    with opened(site, alice, path_of(analysis, "?after=1")) as live:
        message(live)
        live.send('{"type": "ping"}')
        assert message(live) == {"type": "pong"}


@pytest.mark.parametrize(
    "sent",
    [
        "hello",
        "[]",
        "{}",
        '{"type": "cancel"}',
        "[" * 1000,
        b'{"type": "ping"}',
        '{"type": "ping", "padding": "' + "x" * LIMITS.message_bytes + '"}',
    ],
)
def test_a_message_that_is_no_ping_ends_the_socket(
    site: LiveServer, alice: User, analysis: Analysis, sent: str | bytes
):
    with opened(site, alice, path_of(analysis)) as live:
        live.send(sent)
        assert farewell(live) == ("bad_message", 4400)


def test_a_flood_of_messages_ends_the_socket(site: LiveServer, alice: User, analysis: Analysis):
    with opened(site, alice, path_of(analysis)) as live:
        for _ in range(LIMITS.messages_per_minute + 1):
            live.send('{"type": "ping"}')
        assert farewell(live) == ("too_many_messages", 4429)


def test_one_user_has_so_many_sockets_and_no_more(
    site: LiveServer, alice: User, bob: User, analysis: Analysis
):
    path, bobs_path = path_of(analysis), path_of(submitted(bob))
    with ExitStack() as stack:
        for _ in range(LIMITS.sockets_per_user):
            message(stack.enter_context(opened(site, alice, path)))
        with opened(site, alice, path) as one_more:
            assert farewell(one_more) == ("too_many_sockets", 4429)
        with opened(site, bob, bobs_path) as his:
            assert message(his)["type"] == "snapshot"
    time.sleep(0.1)
    with opened(site, alice, path) as again:
        assert message(again)["type"] == "snapshot"


@pytest.mark.parametrize("change", [log_out, deactivate, change_password])
def test_who_may_no_longer_look_is_shown_the_door(
    site: LiveServer, alice: User, analysis: Analysis, change: Callable[[User], None]
):
    with opened(site, alice, path_of(analysis)) as live:
        message(live)
        change(alice)
        assert farewell(live) == ("not_authenticated", 4401)


def test_a_revoked_token_ends_the_socket(site: LiveServer, alice: User, analysis: Analysis):
    row, token = get_token_model().objects.create(user=alice)
    with opened_with(site, token, path_of(analysis)) as live:
        message(live)
        row.delete()
        assert farewell(live) == ("not_authenticated", 4401)


@pytest.mark.slow
def test_a_failure_of_ours_is_said_and_the_next_socket_is_served(
    site: LiveServer, alice: User, analysis: Analysis
):
    with opened(site, alice, path_of(analysis)) as waiting:
        message(waiting)
        with hidden("analysis_event"), opened(site, alice, path_of(analysis)) as live:
            assert farewell(live) == ("server_error", 4500)
        log(analysis.pk, progress(1))
        assert message(waiting)["seq"] == 1
        assert message(waiting)["seq"] == 2


def test_a_deleted_analysis_ends_its_sockets(site: LiveServer, alice: User, analysis: Analysis):
    with opened(site, alice, path_of(analysis)) as live:
        message(live)
        analysis.delete()
        assert farewell(live) == ("not_found", 4404)


@pytest.mark.slow
def test_who_does_not_read_is_cut_costs_little_memory_and_delays_nobody(site: LiveServer):
    analyses = [submitted(someone()) for _ in range(5)]
    paths = [path_of(analysis) for analysis in analyses for _ in range(3)]
    cookies = [cookie_of(analysis.owner) for analysis in analyses for _ in range(3)]
    with ExitStack() as stack:
        stalled_ones = map(stalled, [site] * len(paths), paths, cookies)
        deaf = [stack.enter_context(client) for client in stalled_ones]
        healthy = stack.enter_context(opened(site, analyses[0].owner, paths[0]))
        message(healthy)
        peak_mb = site.growth_while(lambda: [burst(analysis.pk) for analysis in analyses])
        assert [message(healthy)["seq"] for _ in range(101)] == list(range(1, 102))
        time.sleep(STALL_SECONDS + 1.5)
        assert {last_bytes(client)[-4:] for client in deaf} == {CLOSE_4408}
    assert peak_mb < 60  # Daphne alone would hold 75 MB for the fifteen


@pytest.mark.slow
def test_a_server_that_is_told_to_stop_says_goodbye_to_every_socket(site: LiveServer):
    with server_over(site.database_url) as leaving:
        alice = someone()
        path = path_of(submitted(alice))
        with opened(leaving, alice, path) as one, opened(leaving, alice, path) as another:
            for live in (one, another):
                assert message(live)["type"] == "snapshot"
            leaving.process.terminate()
            assert [farewell(live) for live in (one, another)] == [("restarting", 4503)] * 2
            with pytest.raises(ConnectionRefusedError), opened(leaving, alice, path):
                pass  # at once, as he is told to: it is the next server's turn
        assert leaving.process.wait(30) == 0
