"""A backend of Django's cache: Redis while it answers, this process's own memory while not."""

import json
import logging
import threading
import time
from typing import Any, ClassVar

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# While Redis is away, how long memory stands in before Redis is asked again.
AWAY_SECONDS = 5.0
# A cache that answers later than this is slower than the work that it spares.
PATIENCE_SECONDS = 0.3


class Json:
    """Writes values for Redis. Not pickle: who can write there could run code in our processes."""

    def dumps(self, value: Any) -> int | bytes:
        # Plain integers stay what Redis can count up.
        return value if type(value) is int else json.dumps(value, separators=(",", ":")).encode()

    def loads(self, written: bytes) -> Any:
        try:
            return json.loads(written)
        except ValueError:
            return None  # not ours: as good as nothing


class _Line:
    """The connections of this process to one Redis, and whether it answers just now."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        self.redis = RedisCache(server, {**params, "OPTIONS": _options()})
        self.memory = LocMemCache("while redis is away", params)
        self.away_until = 0.0
        self.lock = threading.Lock()

    def ask(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                answer = getattr(self.redis, verb)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._lost(error)
            else:
                self._found()
                return answer
        return getattr(self.memory, verb)(*args, **kwargs)

    def _lost(self, error: Exception) -> None:
        with self.lock:
            first, self.away_until = not self.away_until, time.monotonic() + AWAY_SECONDS
        if first:
            logger.warning("the cache is away, memory stands in: %s", error)

    def _found(self) -> None:
        if self.away_until:
            with self.lock:
                again, self.away_until = bool(self.away_until), 0.0
            if again:
                self.memory.clear()
                logger.info("the cache is back")


def _options() -> dict[str, Any]:
    """How to connect. One more try at once, for a connection that Redis closed as idle."""
    patience = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    return {**patience, "retry": Retry(NoBackoff(), 1), "serializer": Json}


class RedisOrMemory(BaseCache):
    """Never raises what Redis raises: an error is as if nothing were kept."""

    # Django makes a backend for every thread; the connections are the process's.
    lines: ClassVar[dict[str, _Line]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.line = self.lines.get(server) or self.lines.setdefault(server, _Line(server, params))

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self.line.ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self.line.ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self.line.ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self.line.ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self.line.ask("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self.line.ask("incr", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self.line.ask("has_key", *args, **kwargs)

    def clear(self) -> None:
        self.line.ask("clear")
