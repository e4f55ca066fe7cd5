"""The web server dies, requests come fifty at a time, and clients lose their connection."""

import json
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from socket import SHUT_RDWR
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import UUID, uuid4

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from analysis.models import FINAL, Analysis, Status
from tests.faults import arming, ground
from tests.faults.checks import Truth, numbered
from tests.faults.product import Product, end, until

AT_ONCE = 50
_open = build_opener(ProxyHandler({})).open
BROKEN = (OSError, WebSocketException, EOFError)


def post(site: Product, key: str, body: dict[str, Any]) -> tuple[int, bytes]:
    """POST an analysis; its status and body. OSError when the connection breaks."""
    headers = {
        "Authorization": f"Token {site.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    place = f"http://127.0.0.1:{site.port}/api/v1/analyses/"
    request = Request(place, json.dumps(body).encode(), headers)
    try:
        with _open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def web_killed(site: Product, truth: Truth, point: str) -> int:
    """The web server dies in a POST; asked again with the same key, there is one analysis."""
    site.plant()
    site.renew_web()
    arming.arm(point, arming.KILL)
    key, body = str(uuid4()), site.request(f"asked at {point}")
    try:
        post(site, key, body)
    except (URLError, OSError):
        assert arming.reached_by()
    else:
        raise AssertionError("the web server was not killed")
    site.web.wait(10)
    site.renew_web()
    status, _ = post(site, key, body)
    assert status == 202
    site.finish()
    run = Analysis.objects.get()
    assert run.status == Status.COMPLETED, run.failure_detail
    numbered(run)
    return site.model.repeated


def at_once(site: Product, truth: Truth, _: str) -> int:
    """Fifty POSTs with one key are one analysis and one answer; another body is refused."""
    site.plant()
    site.renew_web()
    key, body = str(uuid4()), site.request("asked fifty times")
    with ThreadPoolExecutor(AT_ONCE) as clients:
        answers = set(clients.map(lambda _: post(site, key, body), range(AT_ONCE)))
    assert len(answers) == 1, f"{len(answers)} different answers: {[a[0] for a in answers]}"
    assert answers.pop()[0] == 202
    assert post(site, key, site.request("something else"))[0] == 422
    assert Analysis.objects.count() == 1
    site.finish()
    return site.model.repeated


class Client(threading.Thread):
    """Watches a run to its end and loses its connection at random; remembers all that it saw."""

    def __init__(self, site: Product, analysis_id: UUID, seed: int) -> None:
        super().__init__(daemon=True)
        self.site, self.place = site, f"/ws/analyses/{analysis_id}/"
        self.dice = random.Random(seed)  # noqa: S311
        self.seen: list[int] = []
        self.is_over = False
        self.drops = 0

    def run(self) -> None:
        while not self.is_over:
            try:
                self._watch()
            except BROKEN:
                time.sleep(0.1)

    def _watch(self) -> None:
        after = self.seen[-1] if self.seen else 0
        url = f"ws://127.0.0.1:{self.site.port}{self.place}?after={after}"
        headers = {"Authorization": f"Token {self.site.token}"}
        origin = f"http://127.0.0.1:{self.site.port}"
        ours = {"additional_headers": headers, "origin": origin, "close_timeout": 0.2}
        with connect(url, proxy=None, **ours) as socket:
            for text in socket:
                message = json.loads(text)
                if "seq" in message and message["type"] != "snapshot":
                    self.seen.append(message["seq"])
                if self.dice.random() < 0.1:
                    self.drops += 1
                    socket.socket.shutdown(SHUT_RDWR)  # without a word
                    return
            self.is_over = socket.close_code == 1000


def watched(site: Product, truth: Truth, disturb: Callable[[], None], seconds: float = 60.0) -> int:
    """Runs with clients that flap; every client saw exactly 1..n in order."""
    site.renew_web()
    runs = site.plant(0, 1)
    clients = [Client(site, run.pk, seed) for seed, run in enumerate([*runs, *runs])]
    for client in clients:
        client.start()
    disturb()
    site.finish(seconds)
    for client in clients:
        client.join(60)
        last = Analysis.objects.get(pk=UUID(client.place.split("/")[3])).last_seq
        expected = list(range(1, last + 1))
        assert client.seen == expected, f"saw {client.seen}, expected 1..{last}"
    return truth.holds(*runs)


def flapping(site: Product, truth: Truth, whom: str) -> int:
    """Clients drop one frame in ten, and the web server is killed twice meanwhile."""

    def disturb() -> None:
        for _ in range(2 if whom == "and a killed web server" else 0):
            time.sleep(1.0)
            end([site.web])
            site.start_web()

    return watched(site, truth, disturb)


def half_deaf(site: Product, truth: Truth, _: str) -> int:
    """Every second ring is lost on its way through Redis."""
    site.stop_work()
    site.start_work(**{arming.HALF_DEAF: "1"})
    repeated = watched(site, truth, lambda: None)
    site.stop_work()
    site.start_work()
    return repeated


def redis_away(site: Product, truth: Truth, _: str) -> int:
    """Redis is gone for half of the runs: they end, and clients see all."""
    assert ground.REDIS

    def disturb() -> None:
        ground.REDIS.kill()
        ended = {str(status) for status in FINAL}
        until("runs end without Redis", lambda: site.statuses() <= ended)
        ground.REDIS.start()

    return watched(site, truth, disturb)
