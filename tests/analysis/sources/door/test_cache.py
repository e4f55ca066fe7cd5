"""Answers are given again while they are fresh, and asked after when they are not."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from analysis.sources.door import cache
from analysis.sources.door.shelf import FILE, Shelf
from analysis.sources.door.types import Ask, Egress
from tests.analysis.sources.door.doors import WEB, a_door, failure
from tests.peers.web import a_site, moved, reply

PAGE = b"<p>Some words.</p>"


def ago(**since: float) -> str:
    return format_datetime(datetime.now(UTC) - timedelta(**since), usegmt=True)


def asked(url: str, **ask: object) -> Ask:
    return Ask(url=url, conduct=False, **ask)


class TestFreshness:
    @pytest.mark.parametrize(
        ("headers", "fresh"),
        [
            ({"cache-control": "max-age=60"}, 60),
            ({"cache-control": "public, Max-Age = 60, s-maxage=30"}, 30),
            ({"cache-control": "max-age=60", "age": "20"}, 40),
            ({"cache-control": "max-age=60, no-store"}, None),
            ({"cache-control": "private, max-age=60"}, None),
            ({"cache-control": "no-cache, max-age=60"}, 0),
            ({"cache-control": "max-age=60", "set-cookie": "a=b"}, None),
            ({"cache-control": "max-age=60", "vary": "*"}, None),
            ({"cache-control": f"max-age={10**12}"}, cache.LONGEST),
            ({"date": ago(), "expires": ago(seconds=-60)}, 60),
            ({"expires": "0"}, 0),
            ({"date": ago(), "last-modified": ago(seconds=1000)}, 100),
            ({"cache-control": "max-age=soon"}, 0),
            ({}, 0),
        ],
    )
    def test_as_its_headers_say(self, headers, fresh):
        seconds = cache.fresh_seconds(headers, asked("http://a/"))
        assert seconds == (fresh if fresh is None else pytest.approx(fresh, abs=2))

    @pytest.mark.parametrize(("wanted", "fresh"), [(5.0, 5), (0.0, None), (10**9, cache.LONGEST)])
    def test_as_whoever_asks_says(self, wanted, fresh):
        ask = asked("http://a/", fresh_seconds=wanted)
        assert cache.fresh_seconds({"cache-control": "no-store"}, ask) == fresh

    def test_what_is_sent_is_not_kept_unless_it_is_asked_for(self):
        post = asked("http://a/", method="POST", body=b"{}")
        assert cache.fresh_seconds({"cache-control": "max-age=60"}, post) is None


class TestGivenAgain:
    async def test_a_fresh_answer_by_any_door_of_the_deployment(self, tmp_path):
        async with a_site() as site:
            site.replies["/a"] = reply(PAGE, headers={"cache-control": "max-age=60"})
            async with a_door(shelf=tmp_path) as door:
                first = await door.fetch(asked(site.url("/a")), WEB)
            async with a_door(shelf=tmp_path) as door:
                again = await door.fetch(asked(site.url("/a")), WEB)
        assert len(site.requests) == 1
        assert again.from_cache
        assert again == first.model_copy(update={"from_cache": True})

    async def test_not_to_who_asks_otherwise(self, tmp_path):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            site.replies["/a"] = reply(PAGE, headers={"cache-control": "max-age=60"})
            for headers in ({}, {"authorization": "one"}, {"authorization": "two"}):
                await door.fetch(asked(site.url("/a"), headers=headers), WEB)
            await door.fetch(asked(site.url("/a?b=1")), WEB)
            await failure(door, site.url("/a"), Egress())
        assert len(site.requests) == 4

    @pytest.mark.parametrize("headers", [{"cache-control": "no-store"}, {}])
    async def test_not_what_may_not_be_kept(self, tmp_path, headers):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            site.replies["/a"] = reply(PAGE, headers=headers)
            for _ in range(2):
                await door.fetch(asked(site.url("/a")), WEB)
        assert len(site.requests) == 2
        assert not await Shelf(tmp_path).find(asked(site.url("/a")))

    async def test_failures_are_never_kept(self, tmp_path):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            for _ in range(2):
                await failure(door, site.url("/none"), fresh_seconds=60.0)
        assert len(site.requests) == 2

    async def test_a_damaged_file_is_as_good_as_none_and_the_sweep_begins_anew(self, tmp_path):
        async with a_site() as site:
            ask = asked(site.url("/"), fresh_seconds=60.0)
            (tmp_path / FILE).write_bytes(b"no database " * 1000)
            for _ in range(2):
                async with a_door(shelf=tmp_path) as door:
                    assert not (await door.fetch(ask, WEB)).from_cache
            shelf = Shelf(tmp_path)
            assert shelf.sweep(seconds=60, most_bytes=1000) == 0
            shelf.close()
            for is_kept in (False, True):
                async with a_door(shelf=tmp_path) as door:
                    assert (await door.fetch(ask, WEB)).from_cache is is_kept

    async def test_a_damaged_answer_is_fetched_anew(self, tmp_path):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            ask = asked(site.url("/"), fresh_seconds=60.0)
            await door.fetch(ask, WEB)
            with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as rows:
                rows.execute("UPDATE answer SET content = CAST(content || 'x' AS BLOB)")
            assert not (await door.fetch(ask, WEB)).from_cache
            assert (await door.fetch(ask, WEB)).from_cache

    async def test_a_locked_file_delays_nobody(self, tmp_path):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            ask = asked(site.url("/"), fresh_seconds=60.0)
            await door.fetch(ask, WEB)
            with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                began = time.monotonic()
                assert (await door.fetch(ask, WEB)).from_cache
                await door.fetch(asked(site.url("/"), fresh_seconds=60.0, headers={"a": "b"}), WEB)
                assert time.monotonic() - began < 1.0


class TestAskedAfter:
    @pytest.mark.parametrize(
        ("validator", "condition"),
        [
            ({"etag": '"v1"'}, "if-none-match"),
            ({"last-modified": ago(seconds=1)}, "if-modified-since"),
        ],
    )
    async def test_what_has_not_changed_is_not_sent_again(self, tmp_path, validator, condition):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            kept = {"cache-control": "no-cache", **validator}
            site.replies["/a"] = reply(PAGE, headers=kept)
            first = await door.fetch(asked(site.url("/a")), WEB)
            site.replies["/a"] = b"HTTP/1.1 304 Not Modified\r\ncache-control: max-age=60\r\n\r\n"
            again = await door.fetch(asked(site.url("/a")), WEB)
            await door.fetch(asked(site.url("/a")), WEB)  # fresh now, as the 304 says
        assert again.content == first.content
        assert again.fetched_at > first.fetched_at
        assert site.requests[1].headers[condition] == next(iter(validator.values()))
        assert len(site.requests) == 2

    async def test_what_has_changed_is_the_new_one(self, tmp_path):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            site.replies["/a"] = reply(PAGE, headers={"etag": '"v1"'})
            await door.fetch(asked(site.url("/a")), WEB)
            site.replies["/a"] = reply(b"<p>new</p>", headers={"etag": '"v2"'})
            assert (await door.fetch(asked(site.url("/a")), WEB)).content == b"<p>new</p>"

    async def test_what_was_found_elsewhere_is_fetched_anew(self, tmp_path):
        async with a_site() as site, a_door(shelf=tmp_path) as door:
            site.replies |= {"/a": moved("/b"), "/b": reply(PAGE, headers={"etag": '"v1"'})}
            for _ in range(2):
                await door.fetch(asked(site.url("/a")), WEB)
        assert not any("if-none-match" in request.headers for request in site.requests)

    async def test_a_304_that_nobody_asked_for_is_no_content(self):
        async with a_site() as site, a_door() as door:
            site.replies["/a"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
            assert (await failure(door, site.url("/a"))).code == "http_3xx"


class TestShelf:
    async def test_the_old_and_what_is_too_much_goes(self, tmp_path):
        shelf = Shelf(tmp_path)
        now = time.time()
        for age in range(4):
            ask = asked(f"http://a/{age}")
            await shelf.put(ask, cache.Kept("u", "text/html", {}, now, now + 60, b"x" * 1000))
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as rows:
            rows.execute("UPDATE answer SET at = ? - 100 * rowid", [now])
        assert shelf.sweep(seconds=350, most_bytes=10**6) == 1
        assert shelf.sweep(seconds=350, most_bytes=2500) == 1
        assert await shelf.find(asked("http://a/0"))
        assert not await shelf.find(asked("http://a/2"))
        shelf.close()

    async def test_nothing_tells_what_was_asked(self, tmp_path):
        shelf = Shelf(tmp_path)
        kept = cache.Kept("http://a/", "text/html", {}, 0, 0, PAGE)
        await shelf.put(asked("http://a/?key=secret", headers={"x": "secret"}), kept)
        assert not any("secret" in str(path) for path in tmp_path.rglob("*"))
        assert not any(
            b"secret" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
        )
        shelf.close()
