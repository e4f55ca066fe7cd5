"""robots.txt is obeyed, asked for once, and kept away from while it cannot be read."""

import asyncio

import pytest

from analysis.sources.door.types import Ask
from tests.analysis.sources.door.doors import WEB, a_door, failure
from tests.peers.web import a_site, moved, reply

RULES = b"""
User-agent: *
Disallow: /private
User-agent: ResearcherPro
Disallow: /not-us
Allow: /private
"""


def rules(text: bytes = RULES, status: int = 200) -> bytes:
    return reply(text, status, {"content-type": "text/plain"})


async def test_what_a_site_keeps_from_us_is_not_asked_for():
    async with a_site() as site, a_door() as door:
        site.replies |= {"/robots.txt": rules(), "/private": reply(), "/not-us": reply()}
        assert (
            await failure(door, site.url("/not-us/x"), conduct=True)
        ).code == "robots_disallowed"
        assert (await door.fetch(Ask(url=site.url("/private")), WEB)).content
    assert site.paths == ["/robots.txt", "/private"]


async def test_an_api_that_we_are_invited_to_is_not_asked_for_rules():
    async with a_site() as site, a_door() as door:
        site.replies |= {"/robots.txt": rules(), "/not-us": reply()}
        await door.fetch(Ask(url=site.url("/not-us"), conduct=False), WEB)
    assert site.paths == ["/not-us"]


async def test_rules_are_asked_for_once_by_all_who_come_together():
    async with a_site() as site, a_door() as door:
        site.replies["/robots.txt"] = rules()
        await asyncio.gather(*(door.fetch(Ask(url=site.url("/")), WEB) for _ in range(10)))
    assert site.paths.count("/robots.txt") == 1


async def test_rules_hold_after_a_redirect():
    async with a_site() as site, a_door() as door:
        site.replies |= {"/robots.txt": rules(), "/go": moved("/not-us")}
        assert (await failure(door, site.url("/go"), conduct=True)).code == "robots_disallowed"
    assert "/not-us" not in site.paths


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_rules_may_be_read(status):
    async with a_site() as site, a_door() as door:
        site.replies["/robots.txt"] = rules(b"", status)
        assert (await door.fetch(Ask(url=site.url("/")), WEB)).content


@pytest.mark.parametrize(
    ("status", "code"), [(500, "http_5xx"), (503, "http_5xx"), (429, "http_429")]
)
async def test_a_site_whose_rules_cannot_be_read_is_left_alone_and_asked_again(status, code):
    async with a_site() as site, a_door(attempts=1) as door:
        site.replies["/robots.txt"] = rules(b"", status)
        assert (await failure(door, site.url("/"), conduct=True)).code == code
        site.replies["/robots.txt"] = rules()
        assert (await door.fetch(Ask(url=site.url("/")), WEB)).content


async def test_who_gives_up_takes_the_rules_from_nobody():
    async def slow(request, writer) -> None:
        await asyncio.sleep(0.1)
        writer.write(rules())

    async with a_site() as site, a_door() as door:
        site.replies["/robots.txt"] = slow
        first = asyncio.create_task(door.fetch(Ask(url=site.url("/")), WEB))
        await asyncio.sleep(0.02)
        second = asyncio.create_task(door.fetch(Ask(url=site.url("/")), WEB))
        await asyncio.sleep(0.02)
        first.cancel()
        assert (await second).content
    assert site.paths.count("/robots.txt") == 1


async def test_strange_rules_are_no_harm():
    async with a_site() as site, a_door() as door:
        many = (
            b"User-agent: *\n" + b"Disallow: /" + b"*a" * 5000 + b"$\n" + b"\xff\x00Allow\n" * 1000
        )
        site.replies["/robots.txt"] = rules(many)
        assert (await door.fetch(Ask(url=site.url("/")), WEB)).content
