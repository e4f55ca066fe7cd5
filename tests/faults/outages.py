"""PostgreSQL goes away and comes back, politely or not, while runs are in hand."""

import time

from tests.faults import ground
from tests.faults.checks import Truth
from tests.faults.product import Product

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
