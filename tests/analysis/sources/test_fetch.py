"""The door: what is given, and on whose terms."""

import sqlite3
from contextlib import closing

import pytest

from analysis.models import HostTurn
from analysis.sources import fetch
from analysis.sources.door.bodies import media_type
from analysis.sources.door.cache import Kept
from analysis.sources.door.pacing import SharedTurns
from analysis.sources.door.shelf import FILE, Shelf
from analysis.sources.door.types import Ask, Egress, EgressMode
from researcher.kit.rows import rows
from tests.analysis.sources.door.doors import WEB, Names, a_door, failure
from tests.peers.web import a_site, moved, reply


class TestWhatIsGiven:
    async def test_a_page_comes_with_its_bytes_its_type_and_its_time(self):
        async with a_site() as site, a_door() as door:
            page = await door.fetch(Ask(url=site.url("/"), conduct=False), WEB)
        assert page.content == b"<html><body><p>Some words.</p></body></html>"
        assert (page.media_type, page.url) == ("text/html", site.url("/"))
        assert page.fetched_at.tzinfo is not None
        assert not page.from_cache

    async def test_the_product_names_itself(self):
        async with a_site() as site, a_door() as door:
            await door.fetch(Ask(url=site.url("/"), conduct=False), WEB)
        assert site.requests[0].headers["user-agent"] == "ResearcherPro/1.0"

    async def test_a_redirect_is_followed_and_its_end_is_the_address(self):
        async with a_site() as site, a_door() as door:
            site.replies["/old"] = moved("/new?x=1")
            site.replies["/new"] = reply(b"<html><p>new</p></html>")
            page = await door.fetch(Ask(url=site.url("/old"), conduct=False), WEB)
        assert page.url == site.url("/new?x=1")

    async def test_what_is_sent_arrives(self):
        async with a_site() as site, a_door() as door:
            site.replies["/search"] = reply(
                b'{"a": 1}', headers={"content-type": "application/json"}
            )
            ask = Ask(url=site.url("/search"), method="POST", body=b"{}", conduct=False)
            found = await door.fetch(ask, WEB)
        assert site.requests[0].body == b"{}"
        assert found.media_type == "application/json"


class TestHowFarOut:
    async def test_documents_only_asks_nobody(self):
        async with a_site() as site, a_door() as door:
            failed = await failure(door, site.url("/"), Egress())
        assert failed.code == "egress_blocked"
        assert site.connections == 0

    async def test_listed_hosts_and_what_is_below_them_are_asked(self):
        names = Names({name: [["127.0.0.1"]] for name in ("good.example", "www.good.example")})
        only = Egress(mode=EgressMode.HOSTS, hosts=("Good.example",))
        async with a_site() as site, a_door(names=names) as door:
            for host in ("good.example", "www.good.example"):
                await door.fetch(Ask(url=site.url("/", host=host), conduct=False), only)
            for host in ("bad.example", "notgood.example", "good.example.bad.example"):
                failed = await failure(door, site.url("/", host=host), only)
                assert failed.code == "egress_blocked"
        assert len(site.requests) == 2

    async def test_a_refusal_is_logged_with_the_host_and_nothing_more(self, caplog):
        async with a_door(inside=()) as door:
            await failure(door, "http://10.0.0.1/path?key=secret")
            await failure(door, "http://other.example/?key=secret", Egress())
        assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
        assert "10.0.0.1" in caplog.text
        assert "other.example" in caplog.text
        assert "secret" not in caplog.text
        assert "path" not in caplog.text


class TestGates:
    @pytest.mark.parametrize(
        ("location", "code"),
        [
            ("/consent?continue=/", "consent_wall"),
            ("/login?next=/story", "login_wall"),
            ("/accounts/signin", "login_wall"),
        ],
    )
    async def test_who_is_sent_to_a_gate_has_no_content(self, location, code):
        async with a_site() as site, a_door() as door:
            site.replies["/story"] = moved(location)
            site.replies[location.partition("?")[0]] = reply()
            assert (await failure(door, site.url("/story"))).code == code

    async def test_who_asks_for_such_a_page_gets_it(self):
        async with a_site() as site, a_door() as door:
            site.replies["/login"] = reply()
            assert (await door.fetch(Ask(url=site.url("/login"), conduct=False), WEB)).content


TYPES = [
    (b"%PDF-1.7 ...", "text/html", "application/pdf"),
    (b"<!DOCTYPE html><html>", "application/pdf", "text/html"),
    (b"\xef\xbb\xbf\n<html>", "", "text/html"),
    (b'{"a": 1}', "application/json; charset=utf-8", "application/json"),
    (b"<?xml version='1.0'?><rss>", "application/rss+xml", "application/rss+xml"),
    (b"<?xml version='1.0'?><feed>", "text/html", "application/xml"),
    (b"<?xml version='1.0'?><!DOCTYPE html><html>", "application/xhtml+xml", "text/html"),
    (b"<html>error</html>", "application/json", "text/html"),
    (b"a,b\n1,2", "text/csv", "text/csv"),
    (b"plain words", "", "text/plain"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "text/html", "application/octet-stream"),
    (b"\x7fELF\x02\x01\x00", "text/html", "application/octet-stream"),
]


@pytest.mark.parametrize(("content", "declared", "told"), TYPES)
def test_the_bytes_tell_the_type(content, declared, told):
    assert media_type(content, declared) == told


async def test_the_door_of_the_settings_opens(settings, tmp_path):
    settings.FETCH_ALLOW_PRIVATE = ["127.0.0.0/8"]
    settings.ALLOWED_HOSTS = ["research.example.org"]
    settings.FETCH_CACHE = tmp_path
    settings.FETCH_EVERY_SECONDS = 0.0
    door = fetch.door()
    async with a_site() as site:
        assert (await door.fetch(Ask(url=site.url("/")), WEB)).content
    assert (await failure(door, "https://research.example.org/")).code == "fetch_own_host"
    await door.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_neighbour_on_this_machine_may_be_named(settings, tmp_path, host):
    settings.FETCH_ALLOW_PRIVATE = ["127.0.0.0/8", "::1/128"]
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    settings.FETCH_CACHE = tmp_path
    door = fetch.door()
    async with a_site() as site:
        ask = Ask(url=site.url("/", host=host), conduct=False, every_seconds=0)
        assert (await door.fetch(ask, WEB)).content
    await door.close()


@pytest.mark.django_db(transaction=True)
async def test_what_is_old_is_tidied_up(settings, tmp_path):
    settings.FETCH_CACHE = tmp_path
    turns = SharedTurns()
    await turns.rest("old.example", -2 * 24 * 3600)
    await turns.rest("busy.example", 60)
    shelf, ask = Shelf(tmp_path), Ask(url="http://a.example/")
    await shelf.put(ask, Kept("http://a.example/", "text/html", {}, 0, 0, b"x"))
    await rows(fetch.tidy)
    assert await shelf.find(ask)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as kept:
        kept.execute("UPDATE answer SET at = 0")
    await rows(fetch.tidy)
    assert not await shelf.find(ask)
    assert [turn.place async for turn in HostTurn.objects.all()] == ["busy.example"]
    shelf.close()
