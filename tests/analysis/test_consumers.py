"""Real sockets of a real Daphne whose limits are small enough to wait for."""

import base64
import json
import os
import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connections
from knox.models import get_token_model
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from analysis.event_types import FindingAdded
from analysis.models import Analysis
from tests.analysis.logs import cancelled, log, log_progress, progress, someone, submitted
from tests.limits import LIMITS, STALL_SECONDS
from tests.live_server import LiveServer, cookie_of, live_server

pytestmark = pytest.mark.servers

SOON = 10.0
LARGE = 50_000  # characters of an event
CLOSE_4408 = b"\x88\x02" + (4408).to_bytes(2, "big")  # the frame (RFC 6455, 5.5.1)


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


def path_of(analysis: Analysis, query: str = "") -> str:
    return f"/ws/analyses/{analysis.pk}/{query}"


def opened(site: LiveServer, user: User, path: str) -> AbstractContextManager[ClientConnection]:
    """A socket of a page of the site in which the user has logged in."""
    return page(site, cookie_of(user), path)


def page(
    site: LiveServer, cookie: Mapping[str, str], path: str
) -> AbstractContextManager[ClientConnection]:
    # Without a bound on its queue it reads all the time, whatever the test does.
    url = site.socket_url(path)
    return connect(url, additional_headers=cookie, origin=site.origin, max_queue=None)


def opened_with(
    site: LiveServer, token: str, path: str
) -> AbstractContextManager[ClientConnection]:
    """A socket of a program that sends no Origin."""
    headers = {"Authorization": f"Token {token}"}
    return connect(site.socket_url(path), additional_headers=headers)


def message(open_socket: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(open_socket.recv(timeout=SOON)))


def until_closed(open_socket: ClientConnection) -> tuple[list[dict[str, Any]], int | None]:
    """All that it still says, and the code with which it closes."""
    said = []
    try:
        while True:
            said.append(message(open_socket))
    except ConnectionClosed as closed:
        return said, closed.rcvd.code if closed.rcvd else None


def farewell(open_socket: ClientConnection) -> tuple[str, int | None]:
    """The code of its last error message, and of its close frame."""
    said, code = until_closed(open_socket)
    return said[-1]["code"], code


def seqs(messages: list[dict[str, Any]]) -> list[int]:
    return [message["seq"] for message in messages if message["type"] != "snapshot"]


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


def log_out(alice: User) -> None:
    Session.objects.all().delete()


def deactivate(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def change_password(alice: User) -> None:
    alice.set_password("another")
    alice.save()


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


@contextmanager
def hidden(table: str) -> Iterator[None]:
    """Nobody finds this table meanwhile."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO hidden")
        yield
        cursor.execute(f"ALTER TABLE hidden RENAME TO {table}")


def test_a_deleted_analysis_ends_its_sockets(site: LiveServer, alice: User, analysis: Analysis):
    with opened(site, alice, path_of(analysis)) as live:
        message(live)
        analysis.delete()
        assert farewell(live) == ("not_found", 4404)


def stalled(site: LiveServer, path: str, headers: Mapping[str, str]) -> socket.socket:
    """A client that opens a socket and then reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", site.port))
    fields = {
        "Host": f"127.0.0.1:{site.port}",
        "Origin": site.origin,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    client.sendall("\r\n".join([*lines, "", ""]).encode())
    return client


def last_bytes(client: socket.socket) -> bytes:
    """What comes last when it reads at last."""
    client.settimeout(SOON)
    tail = b""
    while not tail.endswith(CLOSE_4408) and (received := client.recv(1 << 20)):
        tail = (tail + received)[-16:]
    return tail


@pytest.mark.slow
def test_who_does_not_read_is_cut_costs_little_memory_and_delays_nobody(site: LiveServer):
    analyses = [submitted(someone()) for _ in range(5)]
    paths = [path_of(analysis) for analysis in analyses for _ in range(3)]
    cookies = [cookie_of(analysis.owner) for analysis in analyses for _ in range(3)]
    with ExitStack() as stack:
        deaf = [
            stack.enter_context(stalled(site, *args)) for args in zip(paths, cookies, strict=True)
        ]
        healthy = stack.enter_context(opened(site, analyses[0].owner, paths[0]))
        message(healthy)
        peak_mb = growth_while(site, lambda: [burst(analysis.pk) for analysis in analyses])
        assert [message(healthy)["seq"] for _ in range(101)] == list(range(1, 102))
        time.sleep(STALL_SECONDS + 1.5)
        assert {last_bytes(client)[-4:] for client in deaf} == {CLOSE_4408}
    assert peak_mb < 60  # Daphne alone would hold 75 MB for the fifteen


def burst(analysis_id: UUID) -> None:
    """A hundred large events: more than the buffers of a network take."""
    finding = FindingAdded(id="f", text="x" * LARGE, kind="fact", verdict="supported")
    for _ in range(10):
        log(analysis_id, *[finding] * 10)


def growth_while(site: LiveServer, work: Callable[[], object]) -> float:
    """By how many MiB the server grows until a moment after the work."""
    time.sleep(0.5)
    before = site.resident_mb
    work()
    time.sleep(0.5)
    return site.resident_mb - before
