"""A request on its way: patience with faults that pass, none with others, manners everywhere."""

import time
from collections.abc import Sequence

import pytest

from analysis.sources.door import network, urls
from analysis.sources.door.exchange import Answer, Sent
from analysis.sources.door.journey import Journey
from analysis.sources.door.robots import Robots
from analysis.sources.door.types import Ask, FetchFailed
from tests.analysis.sources.door.doors import POLICY, WEB, a_door, failure
from tests.peers.web import a_site, reply


class Turns:
    """Turns that always come at once, and what was asked of them."""

    def __init__(self) -> None:
        self.waits: list[tuple[str, float]] = []
        self.rests: list[tuple[str, float]] = []

    async def wait(self, place: str, every: float, patience: float) -> None:
        self.waits.append((place, every))

    async def rest(self, place: str, seconds: float) -> None:
        self.rests.append((place, seconds))


class Script:
    """Answers in order, as if they had come over connections."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = list(answers)
        self.may_enter: list[bool] = []

    async def ask(self, sent: Sent, *, may_enter: bool = True) -> Answer:
        self.may_enter.append(may_enter)
        return self.answers.pop(0)


def to(url: str, *, inside: bool) -> Answer:
    return Answer(302, {"location": url}, from_inside=inside)


@pytest.mark.parametrize(
    ("hops", "may_enter"),
    [
        ([True, True], [True, True, True]),
        ([True, False], [True, True, False]),
        ([False, True], [True, False, False]),
    ],
)
async def test_from_outside_nothing_leads_inside_any_more(hops, may_enter):
    script = Script([*(to("http://there.example/", inside=one) for one in hops), Answer(200, {})])
    journey = Journey(
        POLICY,
        script,
        Turns(),
        None,
        WEB,
        every=0.0,
        until=time.monotonic() + 5,  # type: ignore[arg-type]
    )
    await journey.go(Sent(urls.target_of("http://here.example/"), "GET", {}))
    assert script.may_enter == may_enter


class TestPatience:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    async def test_a_busy_server_is_asked_again(self, status):
        async with a_site() as site, a_door() as door:
            replies = [reply(b"busy", status), reply(b"busy", status), reply(b"<p>done</p>")]
            site.replies["/busy"] = in_turn(replies)
            page = await door.fetch(Ask(url=site.url("/busy"), conduct=False), WEB)
        assert page.content == b"<p>done</p>"

    @pytest.mark.parametrize(
        ("status", "code"), [(500, "http_5xx"), (503, "http_5xx"), (429, "http_429")]
    )
    async def test_not_for_ever(self, status, code):
        async with a_site() as site, a_door() as door:
            site.replies["/busy"] = reply(b"busy", status)
            failed = await failure(door, site.url("/busy"))
        assert (failed.code, failed.status) == (code, status)
        assert len(site.requests) == 3

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            *((401, "http_401"), (402, "http_402"), (403, "http_403"), (404, "http_404")),
            *((410, "http_410"), (418, "http_4xx"), (451, "http_451"), (501, "http_5xx")),
            *((204, "empty_page"), (206, "http_2xx"), (300, "http_3xx"), (302, "http_3xx")),
        ],
    )
    async def test_other_answers_are_final(self, status, code):
        async with a_site() as site, a_door() as door:
            site.replies["/no"] = reply(b"" if status == 204 else b"no", status)
            failed = await failure(door, site.url("/no"))
        assert (failed.code, len(site.requests)) == (code, 1)

    async def test_a_server_that_hangs_up_is_asked_again(self):
        async with a_site() as site, a_door() as door:
            site.replies["/shy"] = in_turn([b"", reply(b"<p>here</p>")])
            assert (await door.fetch(Ask(url=site.url("/shy"), conduct=False), WEB)).content

    async def test_what_was_sent_is_not_sent_again_unless_it_was_not_begun(self):
        async with a_site() as site, a_door() as door:
            site.replies["/500"], site.replies["/503"] = reply(b"", 500), reply(b"", 503)
            for path in ("/500", "/503"):
                await failure(door, site.url(path), method="POST", body=b"{}")
        assert site.paths == ["/500", "/503", "/503", "/503"]

    async def test_who_asks_for_a_rest_gets_it_from_everybody(self):
        turns = Turns()
        async with a_site() as site, a_door(turns=turns) as door:
            site.replies["/busy"] = reply(b"", 429, {"retry-after": "70"})
            failed = await failure(door, site.url("/busy"))
        assert (failed.code, failed.retry_after) == ("http_429", 70)
        assert turns.rests == [(f"127.0.0.1:{site.port}", 70)]
        assert len(site.requests) == 1  # 70 seconds are more than our patience

    async def test_a_short_rest_is_waited_for(self):
        async with a_site() as site, a_door(turns=Turns()) as door:
            busy = reply(b"", 503, {"retry-after": "1"})
            site.replies["/busy"] = in_turn([busy, reply()])
            began = time.monotonic()
            await door.fetch(Ask(url=site.url("/busy"), conduct=False), WEB)
        assert time.monotonic() - began >= 1


def in_turn(replies: list[bytes]):
    """Each answer once; an empty one hangs up."""

    async def answer(request, writer) -> None:
        given = replies.pop(0)
        if given:
            writer.write(given)
        else:
            writer.close()

    return answer


async def test_a_robot_waits_as_long_as_the_site_or_we_want():
    turns = Turns()
    rules = b"User-agent: *\nCrawl-delay: 7\n"
    async with a_site() as site, a_door(every_seconds=2.0, turns=turns) as door:
        site.replies["/robots.txt"] = reply(rules, headers={"content-type": "text/plain"})
        await door.fetch(Ask(url=site.url("/")), WEB)
        await door.fetch(Ask(url=site.url("/"), conduct=False), WEB)
        await door.fetch(Ask(url=site.url("/"), conduct=False, every_seconds=0.5), WEB)
    assert [every for _, every in turns.waits] == [0, 7, 2, 0.5]


async def test_a_failure_never_repeats_an_address():
    async with a_site() as site, a_door() as door:
        with pytest.raises(FetchFailed) as failed:
            await door.fetch(Ask(url=site.url("/x?key=secret"), conduct=False), WEB)
    assert "secret" not in str(failed.value)


async def test_a_safe_page_leads_to_no_unsafe_one():
    script = Script([to("http://here.example/", inside=False)])
    journey = Journey(
        POLICY,
        script,  # type: ignore[arg-type]
        Turns(),
        None,
        WEB,
        every=0.0,
        until=time.monotonic() + 5,
    )
    with pytest.raises(FetchFailed) as failed:
        await journey.go(Sent(urls.target_of("https://here.example/"), "GET", {}))
    assert failed.value.code == "fetch_blocked_redirect"


async def test_not_even_the_rules_of_the_inside_are_read_from_outside():
    script = Script([to("http://inside.example/", inside=False)])
    asked: list[tuple[str, bool]] = []

    async def load(target: urls.Target, may_enter: bool) -> None:
        asked.append((target.host, may_enter))
        if not may_enter:
            raise network.blocked(target.host)

    journey = Journey(
        POLICY,
        script,  # type: ignore[arg-type]
        Turns(),
        Robots("ResearcherPro", load, 60.0),
        WEB,
        every=0.0,
        until=time.monotonic() + 5,
    )
    with pytest.raises(FetchFailed) as failed:
        await journey.go(Sent(urls.target_of("http://here.example/"), "GET", {}))
    assert failed.value.code == "fetch_blocked_redirect"
    assert asked == [("here.example", True), ("inside.example", False)]
