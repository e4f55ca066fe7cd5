"""A Redis database for each process of pytest-xdist: a test that empties its cache empties no
other's. A plugin (`-p tests.own_redis`), because it must come before the settings."""

import os

WORKER, URL = os.environ.get("PYTEST_XDIST_WORKER", ""), os.environ.get("REDIS_URL", "")

if WORKER and URL:
    os.environ["REDIS_URL"] = f"{URL.rstrip('/')}/{1 + int(WORKER.removeprefix('gw'))}"
