"""One settings file for every deployment: what differs comes from the environment."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from researcher import safety, wiring
from researcher.env import BASE_DIR, amount, chosen, env, networks, prices, secret
from researcher.wiring import *  # noqa: F403

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# "production" starts only with safe settings (see the last lines) and wants TLS everywhere.
ENVIRONMENT = chosen(
    "ENVIRONMENT", env.str("ENVIRONMENT", default="embedded"), "embedded", "production"
)
IS_PRODUCTION = ENVIRONMENT == "production"

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY", kept_in=DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Exact origins (scheme, host, port) of the front ends; the same host is always allowed.
FRONTEND_ORIGINS = env.list("FRONTEND_ORIGINS", default=[])
CSRF_TRUSTED_ORIGINS = FRONTEND_ORIGINS

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=IS_PRODUCTION)
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if IS_PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# The header in which a proxy that we trust says https; without a proxy anybody could write it.
PROXY_SSL_HEADER = env.str("PROXY_SSL_HEADER", default="")
SECURE_PROXY_SSL_HEADER = (
    (f"HTTP_{PROXY_SSL_HEADER.upper().replace('-', '_')}", "https") if PROXY_SSL_HEADER else None
)
# Who may read /metrics: `Authorization: Bearer <token>`; only this machine while it is empty.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Connections differ by what the process does: "web" keeps a pool, "work" keeps one for a while.
PROCESS_ROLE = env.str("PROCESS_ROLE", default="command")

SQLITE_OPTIONS = {
    # Without these three, concurrent writers meet "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def _database() -> dict[str, Any]:
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
    database: dict[str, Any] = env.db_url_config(url)
    if database["ENGINE"].endswith("sqlite3"):
        # A file for the tests too: the threads of a drive share it, as they do in life.
        test = {"NAME": DATA_DIR / f"test-{os.getpid()}.sqlite3"}
        return {**database, "OPTIONS": SQLITE_OPTIONS, "TEST": test}
    if PROCESS_ROLE == "web":
        # A pool, because a persistent connection a thread exhausts the server under ASGI. Our
        # backend checks what it gives, so that a restarted server costs no request.
        pool = {"min_size": 1, "max_size": 16, "timeout": 5.0}
        return {**database, "ENGINE": "researcher.postgresql", "OPTIONS": {"pool": pool}}
    if PROCESS_ROLE == "work":
        # No pool in workers: django-q2 forks, and a forked pool shares its sockets.
        return {**database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return database


DATABASES = {"default": _database()}

REDIS_URL = env.str("REDIS_URL", default="")
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "researcher.kit.redis_cache.RedisOrMemory", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CACHES["default"] |= {"KEY_PREFIX": "researcher", "OPTIONS": {"MAX_ENTRIES": 5000}}
# What never changes, and what shall not leave this process.
CACHES["local"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "local",
    "OPTIONS": {"MAX_ENTRIES": 2000},
}
CACHES["pictures"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "pictures",
    "OPTIONS": {"MAX_ENTRIES": 200},
}
# How often a web process looks at all logs that are watched (seconds). It seldom needs to: with
# Redis it is rung, and SQLite is asked for its newest rows in between.
_SELDOM = 5.0 if REDIS_URL else 1.0 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 0.2
LIVE_POLL_SECONDS = env.float("LIVE_POLL_SECONDS", default=_SELDOM)

WORKERS = env.int("WORKERS", default=2)
# Two clusters: "drive" has the long runs, "jobs" what a user waits for (reading, exports).
Q_CLUSTER = {
    "name": "drive",
    "label": "Tasks",
    "orm": "default",
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "poll": 0.2,
    "max_attempts": 1,
    "ack_failures": True,
    # Above the life of a drive, since the time-out of django-q2 would kill its loop.
    "timeout": 1800,
    "retry": 3600,
    "save_limit": 1000,
    "catch_up": False,
    "ALT_CLUSTERS": {
        "jobs": {
            "workers": WORKERS,
            "queue_limit": WORKERS,
            "timeout": 300,
            "retry": 900,
            "recycle": 50,
        },
    },
}

# One run: how long a claim holds without a sign of life, how many claims without progress,
# how many runs one process drives at once, and how long a drive lives (seconds).
LEASE_SECONDS = env.float("LEASE_SECONDS", default=30.0)
MAX_ATTEMPTS = env.int("MAX_ATTEMPTS", default=3)
# Caps on runs that are driven at the same time; who waits for one keeps his place in the queue.
MAX_RUNNING = env.int("MAX_RUNNING", default=1000)
MAX_RUNNING_PER_USER = env.int("MAX_RUNNING_PER_USER", default=100)
ANALYSES_PER_WORKER = env.int("ANALYSES_PER_WORKER", default=100)
DRIVE_SECONDS = env.float("DRIVE_SECONDS", default=600.0)
DRIVE_IDLE_SECONDS = env.float("DRIVE_IDLE_SECONDS", default=10.0)
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=2.0)

# A key for OpenAI, or the address of any server that speaks its protocol, or both.
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="")
# Who thinks: "model" asks a language model, "extractive" quotes the sources and needs none.
ANALYST = env.str("ANALYST", default="model" if OPENAI_API_KEY or OPENAI_BASE_URL else "extractive")
# One model for all roles, or one for each.
MODEL = env.str("MODEL", default="gpt-4.1-mini")
MODELS = {
    "planner": env.str("MODEL_PLANNER", default=MODEL),
    "reader": env.str("MODEL_READER", default=MODEL),
    "writer": env.str("MODEL_WRITER", default=MODEL),
    "verifier": env.str("MODEL_VERIFIER", default=MODEL),
    # Finds passages by their meaning too; empty is off. Another kind of model than the others.
    "embeddings": env.str("MODEL_EMBEDDINGS", default=""),
}
# What we know better than the table of prices and windows, as JSON: {"my-model": {"window": 8192,
# "max_output": 1024, "form": "json_object", "price_in": 0.1, "price_out": 0.4,
# "tokens_per_minute": 30000, "requests_per_minute": 60}}; prices are for a million tokens.
MODEL_FACTS = env.json("MODEL_FACTS", default={})
# The longest that one call may take, that is waited for its first token, and for the next.
MODEL_SECONDS = env.float("MODEL_SECONDS", default=120.0)
MODEL_FIRST_SECONDS = env.float("MODEL_FIRST_SECONDS", default=60.0)
MODEL_IDLE_SECONDS = env.float("MODEL_IDLE_SECONDS", default=30.0)
# What may be spent at most: by one analysis, by a user in a day, by everybody in a day (UTC).
BUDGET_TOKENS = amount("BUDGET_TOKENS", env.str("BUDGET_TOKENS", default=""), int)
BUDGET_COST = amount("BUDGET_COST", env.str("BUDGET_COST", default=""), Decimal)
USER_DAILY_TOKENS = amount("USER_DAILY_TOKENS", env.str("USER_DAILY_TOKENS", default=""), int)
USER_DAILY_COST = amount("USER_DAILY_COST", env.str("USER_DAILY_COST", default=""), Decimal)
DAILY_TOKENS = amount("DAILY_TOKENS", env.str("DAILY_TOKENS", default=""), int)
DAILY_COST = amount("DAILY_COST", env.str("DAILY_COST", default=""), Decimal)

# The furthest that any analysis may reach: documents (nothing leaves the house), hosts, web.
EGRESS = chosen("EGRESS", env.str("EGRESS", default="web"), "documents", "hosts", "web")
# Where sources are searched for: a provider with a key or an address of its own is on with it;
# the open ones (Wikipedia, OpenAlex, Crossref, arXiv, PubMed, EDGAR, World Bank, GDELT) are on.
SEARXNG_URL = env.str("SEARXNG_URL", default="")
TAVILY_API_KEY = env.str("TAVILY_API_KEY", default="")
BRAVE_API_KEY = env.str("BRAVE_API_KEY", default="")
EXA_API_KEY = env.str("EXA_API_KEY", default="")
OPENALEX_API_KEY = env.str("OPENALEX_API_KEY", default="")
NCBI_API_KEY = env.str("NCBI_API_KEY", default="")
# Who asks: open catalogues serve the polite first, and the SEC serves nobody else.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
EDGAR_USER_AGENT = env.str("EDGAR_USER_AGENT", default="")
FEEDS = env.list("FEEDS", default=[])
PROVIDERS_OFF = env.list("PROVIDERS_OFF", default=[])
# Other addresses of providers, as JSON by their names: a mirror, a gateway.
PROVIDER_URLS = env.json("PROVIDER_URLS", default={})

# What one search costs, as JSON by the names of providers, where it is not the listed price.
SEARCH_PRICES = prices("SEARCH_PRICES", env.json("SEARCH_PRICES", default={}))

# Child processes for untrusted or heavy work: how many a process keeps, and their limits.
CHILDREN = env.int("CHILDREN", default=2)
CHILD_MEMORY_MB = env.int("CHILD_MEMORY_MB", default=1024)
CHILD_SECONDS = env.float("CHILD_SECONDS", default=60.0)

# The door to the web. The name before the slash is what robots.txt knows us by; some sites want
# an address in it. Networks that are no public ones are only entered when they are named here.
FETCH_USER_AGENT = env.str("FETCH_USER_AGENT", default="ResearcherPro/1.0")
FETCH_ALLOW_PRIVATE = networks("FETCH_ALLOW_PRIVATE", env.list("FETCH_ALLOW_PRIVATE", default=[]))
# Between two requests to one host, and for one exchange at most (seconds); the largest answer.
FETCH_EVERY_SECONDS = env.float("FETCH_EVERY_SECONDS", default=1.0)
FETCH_SECONDS = env.float("FETCH_SECONDS", default=30.0)
FETCH_MAX_MB = env.int("FETCH_MAX_MB", default=10)
# Answers that may be given again for a while, and how much room they may take.
FETCH_CACHE = DATA_DIR / "fetched"
FETCH_CACHE_MB = env.int("FETCH_CACHE_MB", default=1024)

# How long after its end the progress of a run is kept step by step.
COMPACT_AFTER_DAYS = env.int("COMPACT_AFTER_DAYS", default=7)

UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", default=50)
# A ZIP or a file of lines that is imported into a collection.
IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", default=500)
UPLOAD_MAX_FILES = env.int("UPLOAD_MAX_FILES", default=20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
# The admin's files straight from the packages, so that a fresh clone needs no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = chosen("LOG_FORMAT", env.str("LOG_FORMAT", default="text"), "text", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "researcher.kit.logs.Lines", "full": DEBUG},
        "json": {"()": "researcher.kit.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # The queue tells of every process and ring; what matters is in the log of the analysis.
        "django-q": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        # One record a request is for machines; people read the log of an analysis.
        "researcher.logs": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        # These repeat paths, addresses with queries, bodies and parameters of SQL.
        "django": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.db.backends": {"level": "INFO"},
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
    },
}

# How many proxies write X-Forwarded-For before us; without any it is not believed.
REST_FRAMEWORK = {**wiring.REST_FRAMEWORK, "NUM_PROXIES": env.int("PROXIES", default=0) or None}

if IS_PRODUCTION:
    safety.refuse_unsafe(globals())
