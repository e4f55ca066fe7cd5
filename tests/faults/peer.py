"""The counting model server as a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from tests.servers import dies_with_us

FIRST_SECONDS = 0.2

_open = build_opener(ProxyHandler({})).open


class Peer:
    def __init__(self, url: str) -> None:
        self.url = url
        self._root = url.removesuffix("/v1")

    def _say(self, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        with _open(Request(self._root + path, data=content), timeout=20) as answer:  # noqa: S310 - our own peer
            return json.load(answer)

    def reset(self) -> None:
        self._say("/_reset", [])

    def script(self, *faults: dict[str, Any]) -> None:
        self._say("/_script", list(faults))

    @property
    def calls(self) -> int:
        return int(self._say("/_log")["calls"])

    @property
    def repeated(self) -> int:
        """How many requests came that had come before, to the byte."""
        return int(self._say("/_log")["repeated"])


@contextmanager
def peer() -> Iterator[Peer]:
    command = [sys.executable, "-m", "tests.peers.model", "--first", str(FIRST_SECONDS)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, preexec_fn=dies_with_us(signal.SIGKILL)
    ) as process:
        assert process.stdout
        try:
            yield Peer(process.stdout.readline().strip())
        finally:
            process.kill()
