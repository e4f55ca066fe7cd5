"""PostgreSQL goes away and comes back, politely or not, while runs are in hand."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.faults import ground
from tests.faults.checks import Truth
from tests.faults.doors import post
from tests.faults.product import Product, until

SOON_SECONDS = 5.0
RESTARTS, UP_SECONDS, DOWN_SECONDS = 3, 1.5, 0.5


def restarted(site: Product, truth: Truth, how: str) -> int:
    """Three restarts under four runs: work pauses, and all end as if undisturbed."""
    assert ground.POSTGRESQL
    runs = site.plant(0, 1, 2, 3)
    for _ in range(RESTARTS):
        time.sleep(UP_SECONDS)
        if how == "killed":
            ground.POSTGRESQL.kill()
        else:
            ground.POSTGRESQL.stop()
        time.sleep(DOWN_SECONDS)
        ground.POSTGRESQL.start()
    site.finish(120)
    return truth.holds(*runs)


def web_after_a_restart(site: Product, truth: Truth, how: str) -> int:
    """The connections that the web server keeps are gone; it answers 503 for a moment at most."""
    assert ground.POSTGRESQL
    site.plant()
    site.renew_web()
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda n: post(site, str(uuid4()), site.request(f"before {n}")), range(8)))
    ground.POSTGRESQL.kill() if how == "killed" else ground.POSTGRESQL.stop()
    ground.POSTGRESQL.start()
    until("an answer of 202", lambda: _asked(site, "at once") == 202, SOON_SECONDS)
    assert [_asked(site, f"after {n}") for n in range(4)] == [202] * 4
    site.finish()
    return site.model.repeated


def _asked(site: Product, topic: str) -> int:
    return post(site, str(uuid4()), site.request(topic))[0]
