"""Values are kept under names for a while; losing the cache costs time and nothing else."""

import json
import logging
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client

from researcher.kit import redis_cache
from researcher.kit.cache import Kept, forget, key_of, remember
from researcher.kit.redis_cache import RedisOrMemory
from tests.servers import Redis

THING = Kept("thing", seconds=60)
SHARED = Kept("thing", seconds=60, is_shared=True)


class Maker:
    """Counts how often it was asked to make its value."""

    def __init__(self, value: Any = 1) -> None:
        self.value, self.times = value, 0

    def __call__(self) -> Any:
        self.times += 1
        return self.value


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()
    caches["local"].clear()


class TestRemember:
    @pytest.mark.parametrize("value", [{"a": [1, 2.5, None]}, "", 0, False, [], None])
    def test_a_value_is_made_once(self, value):
        make = Maker(value)
        assert [remember(THING, ["x"], make) for _ in range(2)] == [value, value]
        assert make.times == 1

    def test_other_parts_names_and_versions_are_other_values(self):
        make = Maker()
        for kept in (THING, Kept("thing", seconds=60, version=2), Kept("other", seconds=60)):
            for parts in (["a", "bc"], ["ab", "c"], ["ab,c"], []):
                remember(kept, parts, make)
        assert make.times == 12

    def test_what_was_forgotten_is_made_again(self):
        make = Maker()
        remember(THING, ["x"], make)
        remember(THING, ["y"], make)
        forget(THING, ["x"])
        remember(THING, ["y"], make)
        assert make.times == 2
        remember(THING, ["x"], make)
        assert make.times == 3

    @pytest.mark.slow
    def test_what_is_too_old_is_made_again(self):
        make, brief = Maker(), Kept("brief", seconds=1)
        remember(brief, [], make)
        time.sleep(1.1)
        remember(brief, [], make)
        assert make.times == 2

    def test_an_error_is_not_kept(self):
        with pytest.raises(ZeroDivisionError):
            remember(THING, ["x"], lambda: 1 // 0)
        assert remember(THING, ["x"], Maker(7)) == 7

    def test_a_caller_that_changes_its_value_changes_nobody_elses(self):
        make = Maker({"list": []})
        remember(THING, ["x"], make)
        remember(THING, ["x"], make)["list"].append(1)
        assert remember(THING, ["x"], make) == {"list": []}

    def test_what_is_not_shared_stays_in_this_process(self):
        remember(THING, ["x"], Maker())
        assert cache.get(key_of(THING, ["x"])) is None
        assert caches["local"].get(key_of(THING, ["x"])) == [1]

    def test_keys_do_not_repeat_what_users_wrote(self):
        assert "secret" not in key_of(THING, ["secret topic"])


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    with Redis() as running:
        yield running


@pytest.fixture
def on_redis(server: Redis, settings, monkeypatch) -> Iterator[Redis]:
    """Django's cache on a real Redis, which is up when the test begins."""
    if server.process is None:
        server.start()
    monkeypatch.setattr(redis_cache, "AWAY_SECONDS", 0.3)
    backend = "researcher.kit.redis_cache.RedisOrMemory"
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": backend, "LOCATION": server.url},
    }
    RedisOrMemory.lines.clear()
    cache.clear()
    yield server
    RedisOrMemory.lines.clear()


def other_process() -> None:
    """Forget what this process knows of Redis, as another process would."""
    RedisOrMemory.lines.clear()
    del caches["default"]


class TestRedis:
    def test_processes_share_what_is_kept(self, on_redis):
        make = Maker({"a": ["é", 1.5, None]})
        remember(SHARED, ["x"], make)
        other_process()
        assert remember(SHARED, ["x"], make) == make.value
        assert make.times == 1

    def test_its_values_are_json_and_no_code(self, on_redis):
        remember(SHARED, ["x"], Maker({"a": 1}))
        client = cache.line.redis._cache.get_client()
        raw = client.get(cache.line.redis.make_key(key_of(SHARED, ["x"])))
        assert json.loads(raw) == [{"a": 1}]

    def test_what_is_not_json_is_as_good_as_nothing(self, on_redis):
        client = cache.line.redis._cache.get_client(write=True)
        client.set(cache.line.redis.make_key(key_of(SHARED, ["x"])), b"\x80\x05cos\nsystem\n.")
        assert remember(SHARED, ["x"], Maker(7)) == 7

    def test_it_counts_adds_and_touches_like_any_cache_of_django(self, on_redis):
        assert cache.add("n", 1)
        assert not cache.add("n", 5)
        assert cache.incr("n", 2) == 3
        assert cache.decr("n") == 2
        assert cache.touch("n", 60)
        assert "n" in cache
        assert cache.delete("n")
        assert cache.get_many(["n"]) == {}
        with pytest.raises(ValueError, match="n"):
            cache.incr("n")

    def test_an_outage_in_the_middle_loses_nothing_and_is_logged_once(self, on_redis, caplog):
        make = Maker()
        with caplog.at_level(logging.INFO):
            remember(SHARED, ["x"], make)
            on_redis.stop()
            for number in range(5):
                assert remember(SHARED, ["x"], make) == 1
                assert remember(SHARED, [number], make) == 1
            assert make.times == 7  # memory keeps meanwhile
            on_redis.start()
            time.sleep(0.35)
            assert remember(SHARED, ["x"], make) == 1
        told = [record.levelname for record in caplog.records if "the cache is" in record.message]
        assert told == ["WARNING", "INFO"]
        other_process()
        times = make.times
        remember(SHARED, ["x"], make)
        assert make.times == times  # it is on Redis again

    def test_a_connection_that_redis_closed_is_no_outage(self, on_redis, caplog):
        remember(SHARED, ["x"], Maker())
        on_redis.stop()
        on_redis.start()
        with caplog.at_level(logging.INFO):
            assert remember(SHARED, ["x"], Maker(2)) == 2
        assert caplog.records == []

    def test_one_that_hangs_costs_moments(self, on_redis):
        remember(SHARED, ["x"], Maker())
        os.kill(on_redis.process.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            for number in range(20):
                assert remember(SHARED, [number], Maker(number)) == number
            assert time.monotonic() - began < 3
        finally:
            os.kill(on_redis.process.pid, signal.SIGCONT)

    @pytest.mark.servers
    def test_throttles_count_on_while_it_is_away(self, on_redis, alice):
        on_redis.stop()
        body = {"username": "alice", "password": "wrong"}
        statuses = [
            Client()
            .post("/api/v1/auth/tokens/", json.dumps(body), content_type="application/json")
            .status_code
            for _ in range(11)
        ]
        assert statuses == [401] * 10 + [429]
