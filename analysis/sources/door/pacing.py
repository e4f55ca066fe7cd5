"""Turns: between two requests to one host lies a while, whichever of our processes asks."""

import asyncio
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from analysis.models import HostTurn
from analysis.sources.door.types import FetchFailed
from researcher.kit.rows import patiently

FORGOTTEN_AFTER = timedelta(days=1)
# However long a server wants to be left alone, it is asked again after this.
LONGEST_REST = 3600.0


class Turns(Protocol):
    """Who may ask a place (a host, with its port) when."""

    async def wait(self, place: str, every: float, patience: float) -> None:
        """Until it is our turn. Raises FetchFailed (host_busy) if that is not within patience."""
        ...

    async def rest(self, place: str, seconds: float) -> None:
        """Nobody asks this place for so long: it told us so."""
        ...


class SharedTurns:
    """Turns in the database: all processes and hosts of a deployment take the same ones."""

    async def wait(self, place: str, every: float, patience: float) -> None:
        if every > 0:
            seconds = await patiently(reserve, place, every, patience)
            await asyncio.sleep(seconds)

    async def rest(self, place: str, seconds: float) -> None:
        await patiently(put_off, place, min(seconds, LONGEST_REST))


@transaction.atomic
def reserve(place: str, every: float, patience: float) -> float:
    """Take the next turn at a place; the seconds until it comes. Raises FetchFailed (host_busy).

    Who is not willing to wait for a turn takes none, so that others need not wait for him.
    """
    now = timezone.now()
    HostTurn.objects.get_or_create(place=place, defaults={"next_at": now})
    turn = HostTurn.objects.select_for_update().get(place=place)
    begin = max(turn.next_at, now)
    seconds = (begin - now).total_seconds()
    if seconds > patience:
        detail = f"{place} has been asked for so much that it would take {seconds:.0f} seconds."
        raise FetchFailed("host_busy", detail, retry_after=seconds)
    HostTurn.objects.filter(place=place).update(next_at=begin + timedelta(seconds=every))
    return seconds


@transaction.atomic
def put_off(place: str, seconds: float) -> None:
    """Let no turn at a place come before so many seconds."""
    until = timezone.now() + timedelta(seconds=seconds)
    HostTurn.objects.get_or_create(place=place, defaults={"next_at": until})
    HostTurn.objects.filter(place=place, next_at__lt=until).update(next_at=until)


def forget_old() -> int:
    """Drop the places that nobody asked lately; how many went."""
    gone, _ = HostTurn.objects.filter(next_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return gone
