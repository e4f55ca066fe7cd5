"""The door: what is given, and on whose terms."""

from analysis.sources.door.types import Ask, Egress
from tests.analysis.sources.door.doors import WEB, a_door, failure
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
