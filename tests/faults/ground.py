"""Where the faults happen: an empty data folder, and servers if asked for. Imported first.

FAULTS_DATABASE is "sqlite" (and no Redis) or "postgres" (and Redis). The servers have their
addresses from here on, so that Django can be set up, and are started by who needs them.
"""

import os

import django

from tests.servers import PostgreSQL, Redis, Server, temporary_folder

DATABASE = os.environ.get("FAULTS_DATABASE", "sqlite")
DATA = temporary_folder("faults")
ORDERS = DATA / "orders"
ORDERS.mkdir()

POSTGRESQL = PostgreSQL() if DATABASE == "postgres" else None
REDIS = Redis() if DATABASE == "postgres" else None
SERVERS: tuple[Server, ...] = tuple(server for server in (POSTGRESQL, REDIS) if server)

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "researcher.settings",
    "DATA_DIR": str(DATA),
    "FAULTS_DIR": str(ORDERS),
    "DATABASE_URL": POSTGRESQL.url if POSTGRESQL else f"sqlite:///{DATA / 'db.sqlite3'}",
    "REDIS_URL": REDIS.url if REDIS else "",
    "LEASE_SECONDS": os.environ.get("LEASE_SECONDS", "3"),
    "SWEEP_SECONDS": "0.5",
    "DRIVE_IDLE_SECONDS": "1",
    "CHILDREN": "1",
    "CHILD_SECONDS": "5",
    "ANALYST": "model",
    "LOG_LEVEL": "WARNING",
    # A harness that outlives a restart of the server keeps no connection.
    "PROCESS_ROLE": "command",
}
django.setup()
