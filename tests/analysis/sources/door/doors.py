"""Doors as the tests want them: real ones, that may enter loopback and lose no time."""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from analysis.sources.door.pacing import Turns
from analysis.sources.door.policy import Policy
from analysis.sources.door.shelf import Shelf
from analysis.sources.door.types import Ask, Egress, EgressMode, FetchFailed
from analysis.sources.fetch import WebDoor

WEB = Egress(mode=EgressMode.WEB)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
POLICY = Policy(
    user_agent="ResearcherPro/1.0",
    inside=LOOPBACK,
    every_seconds=0.0,
    seconds=5.0,
    patience=10.0,
    first_pause=0.001,
)


class Names:
    """A name server: each name has a row of answers, the last of which it goes on giving."""

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._names = {name: list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self._names.get(host)
        if not answers:
            raise OSError(f"no such name: {host}")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@asynccontextmanager
async def a_door(
    *,
    names: Names | None = None,
    shelf: Path | None = None,
    turns: Turns | None = None,
    tls: ssl.SSLContext | None = None,
    **policy: Any,
) -> AsyncIterator[WebDoor]:
    """A door with this of its policy changed."""
    resolve = {"resolve": names} if names else {}
    kept = Shelf(shelf) if shelf else None
    door = WebDoor(replace(POLICY, **policy), shelf=kept, turns=turns, tls=tls, **resolve)
    try:
        yield door
    finally:
        await door.close()


async def failure(door: WebDoor, url: str, egress: Egress = WEB, **ask: Any) -> FetchFailed:
    """How fetching this fails; the test fails if it does not."""
    with pytest.raises(FetchFailed) as failed:
        await door.fetch(Ask(url=url, **{"conduct": False, **ask}), egress)
    return failed.value
