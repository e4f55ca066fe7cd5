"""Tells of a section while it is being written: at most two events a second for a whole run."""

import time
from collections.abc import Awaitable, Callable

from analysis.event_types import DraftDelta, DraftPart
from analysis.exchanges import Heard
from analysis.structured import partial_texts

PAUSE_SECONDS = 0.5
Tell = Callable[[DraftDelta], Awaitable[None]]


class Telling:
    """Collects what the sections hear, and passes it on when half a second has gone."""

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell = tell
        self._heard: dict[str, list[str]] = {}
        self._told: dict[str, str] = {}
        self._next = 0.0

    def of(self, section: str) -> Heard | None:
        """What hears the pieces of one answer; None where nobody listens."""
        if self._tell is None:
            return None
        pieces: list[str] = []

        async def heard(piece: str) -> None:
            if not pieces:
                self._heard[section] = pieces
            pieces.append(piece)
            if time.monotonic() >= self._next:
                await self._pass_on()

        return heard

    async def _pass_on(self) -> None:
        self._next = time.monotonic() + PAUSE_SECONDS
        parts = [part for section in list(self._heard) if (part := self._part(section))]
        if parts and self._tell is not None:
            await self._tell(DraftDelta(parts=tuple(parts)))

    def _part(self, section: str) -> DraftPart | None:
        """What is new of a section, from the first character that is not as it was told."""
        text = " ".join(partial_texts("".join(self._heard[section])))
        told = self._told.get(section, "")
        self._told[section] = text
        pairs = enumerate(zip(told, text, strict=False))
        at = next((place for place, (old, new) in pairs if old != new), min(len(told), len(text)))
        return DraftPart(section=section, at=at, text=text[at:]) if text != told else None
