"""The hostile web: every way into a private network, and every answer that would drown us."""

import asyncio
import gzip

import pytest

from analysis.sources.door.types import Ask, Egress, EgressMode
from tests.analysis.sources.door.doors import LOOPBACK, WEB, Names, a_door, failure
from tests.peers.http import Request, head
from tests.peers.web import a_site, moved, reply

LOOPBACK_SPELLINGS = """
    127.0.0.1 127.1 2130706433 0x7f.1 017700000001 0 localhost
    \uff11\uff12\uff17.\uff10.\uff10.\uff11
    [::1] [::ffff:127.0.0.1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fec0::1]
    [::ffff:0:127.0.0.1]
""".split()  # noqa: SIM905 to be read
CLOUDS = """
    169.254.169.254 100.100.100.200 168.63.129.16 192.0.0.192 [fd00:ec2::254]
    metadata.google.internal 10.0.0.1 192.168.0.1
""".split()  # noqa: SIM905 to be read
PUBLIC = "93.184.216.34"
MB = 1 << 20


class TestAddresses:
    @pytest.mark.parametrize("host", [*LOOPBACK_SPELLINGS, *CLOUDS])
    async def test_no_spelling_leads_inside(self, host):
        async with a_door(inside=()) as door:
            failed = await failure(door, f"http://{host}/latest/meta-data/")
        assert failed.code == "fetch_blocked_address"

    async def test_not_even_robots_txt_is_asked_for(self):
        async with a_site() as site, a_door(inside=()) as door:
            failed = await failure(door, f"http://127.0.0.1:{site.port}/", conduct=True)
            assert failed.code == "fetch_bad_url"  # for its port; the address is not even dialled
            failed = await failure(door, "http://127.0.0.1/", conduct=True)
        assert failed.code == "fetch_blocked_address"
        assert site.connections == 0

    async def test_a_name_with_one_private_address_is_refused_whole(self):
        names = Names({"both.example": [[PUBLIC, "10.0.0.7"]]})
        async with a_door(names=names, inside=()) as door:
            assert (await failure(door, "http://both.example/")).code == "fetch_blocked_address"

    async def test_a_name_that_changes_is_asked_once_and_what_was_vetted_is_dialled(self):
        """The first answer may be dialled and the second not: asking twice would let it in."""
        async with a_site() as site:
            names = Names({"rebind.example": [["127.0.0.1"], ["10.0.0.7"]]})
            async with a_door(names=names) as door:
                ask = Ask(url=site.url("/", host="rebind.example"), conduct=False)
                await door.fetch(ask, WEB)
            assert names.asked == ["rebind.example"]
            assert site.requests[0].headers["host"] == f"rebind.example:{site.port}"

    async def test_a_name_that_turns_private_is_refused_at_the_next_connection(self):
        async with a_site() as site:
            site.replies["/"] = reply(headers={"connection": "close"})
            names = Names({"rebind.example": [["127.0.0.1"], ["10.0.0.7"]]})
            async with a_door(names=names) as door:
                url = site.url("/", host="rebind.example")
                await door.fetch(Ask(url=url, conduct=False), WEB)
                assert (await failure(door, url)).code == "fetch_blocked_address"
        assert site.connections == 1

    async def test_an_answer_of_the_name_server_that_is_no_address_is_refused(self):
        names = Names({"odd.example": [["fe80::1%eth0"]], "odder.example": [["unix:/run/x"]]})
        async with a_door(names=names, inside=()) as door:
            for host in ("odd.example", "odder.example"):
                assert (await failure(door, f"http://{host}/")).code == "fetch_blocked_address"

    async def test_only_80_and_443_are_called_outside(self):
        names = Names({"example.org": [[PUBLIC]]})
        for inside in ((), LOOPBACK):
            async with a_door(names=names, inside=inside) as door:
                for port in (22, 6379, 8080):
                    failed = await failure(door, f"http://example.org:{port}/")
                    assert failed.code == "fetch_bad_url"

    async def test_an_unknown_name_is_unreachable(self):
        async with a_door(names=Names({}), attempts=1) as door:
            assert (await failure(door, "http://nowhere.example/")).code == "fetch_unreachable"

    async def test_this_service_is_no_source(self):
        own = ("research.example.org", ".ours.example")
        async with a_door(own_hosts=own, names=Names({})) as door:
            for host in ("research.example.org", "api.ours.example", "OURS.example."):
                failed = await failure(door, f"https://{host}/api/v1/analyses/")
                assert failed.code == "fetch_own_host"

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
    async def test_a_proxy_of_the_environment_is_ignored(self, name, monkeypatch):
        async with a_site() as proxy, a_site() as site:
            monkeypatch.setenv(name, proxy.url())
            async with a_door() as door:
                await door.fetch(Ask(url=site.url("/"), conduct=False), WEB)
        assert (proxy.connections, site.connections) == (0, 1)


class TestRedirects:
    @pytest.mark.parametrize(
        "location",
        [
            *("http://10.0.0.1/", "http://169.254.169.254/latest/", "file:///etc/passwd"),
            *(
                "gopher://127.0.0.1:6379/_",
                "http://user:pass@127.0.0.1/",
                "http://a\\b/",
                "http://[",
            ),
        ],
    )
    async def test_none_leads_where_we_do_not_go(self, location):
        async with a_site() as site, a_door() as door:
            site.replies["/go"] = moved(location)
            failed = await failure(door, site.url("/go"))
        assert failed.code in ("fetch_blocked_redirect", "fetch_blocked_address")

    async def test_a_loop_ends(self):
        async with a_site() as site, a_door() as door:
            site.replies["/loop"] = moved("/loop")
            failed = await failure(door, site.url("/loop"))
        assert failed.code == "too_many_redirects"
        assert len(site.requests) == 6

    async def test_thirty_hops_are_too_many_and_five_are_not(self):
        async with a_site() as site, a_door() as door:
            for hop in range(30):
                site.replies[f"/{hop}"] = moved(f"/{hop + 1}")
            site.replies["/30"] = reply()
            assert (await failure(door, site.url("/0"))).code == "too_many_redirects"
            assert (await door.fetch(Ask(url=site.url("/25"), conduct=False), WEB)).content

    async def test_keys_do_not_travel_to_another_host(self):
        async with a_site() as site, a_site() as other, a_door() as door:
            site.replies["/go"] = moved(other.url("/"))
            keys = {"authorization": "Bearer key", "x-subscription-token": "key"}
            await door.fetch(Ask(url=site.url("/go"), headers=keys, conduct=False), WEB)
        assert site.requests[0].headers["authorization"] == "Bearer key"
        assert not set(keys) & set(other.requests[0].headers)

    async def test_what_was_sent_is_not_handed_on(self):
        async with a_site() as site, a_site() as other, a_door() as door:
            site.replies["/go"] = moved(other.url("/"), 307)
            failed = await failure(door, site.url("/go"), method="POST", body=b"secret")
        assert failed.code == "fetch_blocked_redirect"
        assert other.connections == 0

    async def test_the_egress_holds_on_the_way(self):
        names = Names({"good.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
        async with a_site() as site, a_door(names=names) as door:
            site.replies["/go"] = moved(site.url("/", host="other.example"))
            only = Egress(mode=EgressMode.HOSTS, hosts=("good.example",))
            failed = await failure(door, site.url("/go", host="good.example"), only)
        assert failed.code == "egress_blocked"
        assert len(site.requests) == 1


def bomb(size: int) -> bytes:
    return gzip.compress(bytes(size))


async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
    """One byte at a time, for ever."""
    writer.write(head(200, {"content-type": "text/html", "content-length": "100000"}))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(head(200, {"content-type": "text/html", "transfer-encoding": "chunked"}))
    while True:
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        await writer.drain()


async def endless_headers(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: " + b"x" * 1000 + b"\r\n")
        await writer.drain()


async def silence(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def hang_up(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.close()


def packed(content: bytes, encoding: str) -> bytes:
    return reply(content, headers={"content-encoding": encoding})


ANSWERS = {
    "a gzip bomb": (packed(bomb(50 * MB), "gzip"), "fetch_too_large"),
    "a bomb of many members": (packed(bomb(MB // 2) * 100, "gzip"), "fetch_too_large"),
    "brotli, which was not asked for": (packed(b"\x8b\x03\x80", "br"), "fetch_bad_body"),
    "zstd, which was not asked for": (packed(b"\x28\xb5\x2f\xfd", "zstd"), "fetch_bad_body"),
    "a bomb in a bomb": (packed(gzip.compress(bomb(MB)), "gzip, gzip"), "fetch_bad_body"),
    "packing that is none": (packed(b"plain words", "gzip"), "fetch_bad_body"),
    "packing that ends too soon": (packed(bomb(MB)[:-400], "gzip"), "fetch_truncated"),
    "an endless body": (endless, "fetch_too_large"),
    "a large length": (head(200, {"content-length": str(10**10)}) + b"x", "fetch_too_large"),
    "a drip": (drip, "fetch_timeout"),
    "silence": (silence, "fetch_timeout"),
    "endless headers": (endless_headers, "fetch_too_large"),
    "one giant header": (reply(headers={"x": "y" * 200_000}), "fetch_too_large"),
    "nothing": (hang_up, "fetch_unreachable"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "fetch_bad_answer"),
    "two lengths": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde",
        "fetch_bad_answer",
    ),
    "an odd length": (b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "fetch_bad_answer"),
    "an empty page": (reply(b""), "empty_page"),
    "a blank page": (reply(b" \r\n\t "), "empty_page"),
}


class TestAnswers:
    @pytest.mark.parametrize("what", ANSWERS)
    async def test_none_of_them_is_content(self, what):
        answer, code = ANSWERS[what]
        async with a_site() as site, a_door(most_bytes=MB, seconds=0.4, attempts=1) as door:
            site.replies["/bad"] = answer
            failed = await failure(door, site.url("/bad"))
            assert failed.code == code
            # And the door is none the worse for it.
            assert (await door.fetch(Ask(url=site.url("/"), conduct=False), WEB)).content

    async def test_a_longer_length_than_the_body_is_a_broken_answer(self):
        async def short(request: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(head(200, {"content-length": "1000"}) + b"only this")
            writer.close()

        async with a_site() as site, a_door(attempts=1) as door:
            site.replies["/short"] = short
            assert (await failure(door, site.url("/short"))).code == "fetch_truncated"

    async def test_a_packed_page_is_unpacked(self):
        async with a_site() as site, a_door(most_bytes=MB) as door:
            site.replies["/packed"] = packed(bomb(100) + gzip.compress(b"end"), "gzip")
            page = await door.fetch(Ask(url=site.url("/packed"), conduct=False), WEB)
        assert page.content == bytes(100) + b"end"

    async def test_patience_covers_retries_and_redirects(self):
        async with a_site() as site, a_door(seconds=5.0) as door:
            site.replies["/slow"] = silence
            failed = await failure(door, site.url("/slow"), patience_seconds=0.1)
        assert failed.code == "fetch_timeout"

    async def test_a_header_that_could_smuggle_another_is_not_sent(self):
        async with a_site() as site, a_door() as door:
            headers = {"x-key": "a\r\nhost: evil"}
            failed = await failure(door, site.url("/"), headers=headers)
        assert failed.code == "fetch_bad_request"
        assert "evil" not in failed.detail
