"""Is this deployment well? One answer a part, each within a second.

What a part says is a fixed sentence: errors of servers name hosts, users and files, and who asks
here need not be logged in.
"""

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any, Literal, NamedTuple

from channels.layers import get_channel_layer
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models.functions import Now

from analysis.models import Worker
from researcher import schema
from researcher.kit.frozen import Frozen
from researcher.kit.traces import kind
from researcher.processes import SILENCE

PATIENCE_SECONDS = 1.0
# Many probes at once are one look.
KEPT_SECONDS = 1.0


class Finding(Frozen):
    """How one part is; `seconds` is what the look took."""

    ok: bool
    detail: str
    seconds: float


class Health(Frozen):
    """How all parts are: degraded still serves, unavailable does not."""

    status: Literal["ok", "degraded", "unavailable"]
    checks: dict[str, Finding]


class Unwell(Exception):
    """What is wrong with a part, in a sentence that anybody may read."""


class Check(NamedTuple):
    """A look at one part: `look` gives a sentence, or raises Unwell."""

    look: Callable[[], str]
    is_essential: bool


# --- looks ------------------------------------------------------------------------------


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "It answers."


def migrations() -> str:
    if missing := schema.unapplied():
        raise Unwell(f"{len(missing)} migrations are missing: run `manage.py migrate`.")
    return "All are applied."


def layer() -> str:
    if not settings.REDIS_URL:
        return "None is configured: each web process looks at the log by itself."
    asyncio.run(_round_trip())
    return "A message went round."


async def _round_trip() -> None:
    layer: Any = get_channel_layer()
    async with asyncio.timeout(PATIENCE_SECONDS):
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "probe"})
        await layer.receive(channel)


def worker() -> str:
    seen = Worker.objects.annotate(now=Now()).order_by("-seen_at").values_list("now", "seen_at")
    if (latest := seen.first()) is None:
        raise Unwell("There is none, so analyses wait: start `manage.py work`.")
    silent = latest[0] - latest[1]
    if silent > SILENCE:
        detail = f"The last one was seen {silent.total_seconds():.0f} seconds ago"
        raise Unwell(f"{detail}, so analyses wait: start `manage.py work`, or read its log.")
    return f"Seen {max(silent.total_seconds(), 0):.1f} seconds ago."


def storage() -> str:
    content = secrets.token_bytes(16)
    name = default_storage.save(f"probes/{secrets.token_hex(8)}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            if file.read() != content:
                raise Unwell("What was written reads back otherwise: look at its disk.")
    finally:
        default_storage.delete(name)
    return "A file was written and read."


CHECKS = {
    "database": Check(database, is_essential=True),
    "migrations": Check(migrations, is_essential=True),
    "storage": Check(storage, is_essential=True),
    # Rings only come later without it.
    "channel_layer": Check(layer, is_essential=False),
    # Analyses are taken in and wait.
    "worker": Check(worker, is_essential=False),
}


# --- the whole --------------------------------------------------------------------------


@cache
def _thread_of(name: str) -> ThreadPoolExecutor:
    """A thread for each part: a look that hangs holds up no other."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"health of {name}")


def examined(checks: Mapping[str, Check] = CHECKS, *, patience: float = PATIENCE_SECONDS) -> Health:
    """Look at all parts side by side; a part that takes longer than `patience` (s) is unwell."""
    looks = {name: _thread_of(name).submit(_looked, one.look) for name, one in checks.items()}
    wait(looks.values(), timeout=patience)
    findings = {name: _finding(look, patience) for name, look in looks.items()}
    bad = [checks[name].is_essential for name, finding in findings.items() if not finding.ok]
    status: Literal["ok", "degraded", "unavailable"]
    status = "unavailable" if any(bad) else "degraded" if bad else "ok"
    return Health(status=status, checks=findings)


def _finding(look: "Future[Finding]", patience: float) -> Finding:
    if look.done():
        return look.result()
    look.cancel()
    detail = f"It did not answer within {patience:g} s."
    return Finding(ok=False, detail=detail, seconds=patience)


def _looked(look: Callable[[], str]) -> Finding:
    began = time.perf_counter()
    try:
        ok, detail = True, look()
    except Unwell as error:
        ok, detail = False, str(error)
    except Exception as error:  # whatever it is, it is this part's
        ok, detail = False, f"It failed ({kind(error)}): the log of its server says more."
    finally:
        connection.close()
    return Finding(ok=ok, detail=detail, seconds=round(time.perf_counter() - began, 4))


class Kept:
    """The last look, for a moment; who comes while one looks waits for what it finds."""

    def __init__(self, look: Callable[[], Health] = examined) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._until = 0.0
        self._health: Health | None = None

    def health(self) -> Health:
        with self._lock:
            if self._health is None or time.monotonic() >= self._until:
                self._health = self._look()
                self._until = time.monotonic() + KEPT_SECONDS
            return self._health


_kept = Kept()


def health() -> Health:
    """How this process finds the deployment, at most a second ago."""
    return _kept.health()
