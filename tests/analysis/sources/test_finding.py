import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from analysis.sources.door.types import Door, Egress
from analysis.sources.finding import find, fused
from analysis.sources.providers.types import Provider, ProviderFailed
from analysis.sources.providers.url_list import UrlList
from analysis.web_types import Discovery, Found, Kind, Search

ASKED = [Search(query="wheat"), Search(query="bread")]


@dataclass
class Told:
    """A provider that answers what a test tells it to, for every question."""

    name: str
    told: Sequence[Found] | ProviderFailed | Exception = ()
    label: str = ""
    asked: list[str] = field(default_factory=list)
    seconds: float = 0.0

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        self.asked.append(search.query)
        await asyncio.sleep(self.seconds)
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


class Varied(Told):
    """What it finds differs by question, all but one page."""

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        return [found("https://b.example/"), found(f"https://{search.query}.example/", 2)]


def found(url: str, rank: int = 1, **facts: Any) -> Found:
    given = {"provider": "told", "kind": Kind.WEB, "title": url, **facts}
    return Found.model_validate({"url": url, "rank": rank, **given})


async def ask(provider: Provider, search: Search) -> Sequence[Found]:
    return await provider.search(search, None, Egress())  # type: ignore[arg-type]


async def discovery(*providers: Provider, searches: Sequence[Search] = ASKED) -> Discovery:
    return await find(providers, searches, ask)


def urls(entries: Sequence[Found]) -> list[str]:
    return [one.url for one in entries]


@pytest.mark.parametrize("code", ["limited", "quota", "denied", "unreachable", "failed"])
async def test_one_that_fails_fails_no_other_and_is_asked_no_more(code: str) -> None:
    good = Told("good", [found("https://a.example/")], label="Good")
    bad = Told("bad", ProviderFailed(code, "It said no."), label="Bad")
    what = await discovery(bad, good)

    assert urls(what.found) == ["https://a.example/"]
    failed, answered = what.outcomes
    assert (failed.code, failed.asked, failed.answered) == (code, 1, 0)
    assert (answered.code, answered.asked, answered.answered, answered.results) == ("", 2, 2, 1)
    assert bad.asked == ["wheat"]


async def test_a_question_that_is_not_understood_is_only_that_question() -> None:
    picky = Told("picky", ProviderFailed("bad_query", "Too long."))
    [outcome] = (await discovery(picky)).outcomes

    assert (picky.asked, outcome.code) == (["wheat", "bread"], "bad_query")


async def test_an_error_that_is_none_of_a_provider_goes_through() -> None:
    with pytest.raises(RuntimeError, match="ours"):
        await discovery(Told("broken", RuntimeError("ours")))


async def test_they_are_asked_side_by_side_and_told_in_their_own_order() -> None:
    slow = Told("slow", [found("https://slow.example/")], seconds=0.02)
    quick = Told("quick", [found("https://quick.example/")])
    first = await discovery(slow, quick)
    slow.seconds, quick.seconds = 0.0, 0.02
    again = await discovery(slow, quick)

    assert first == again
    assert [one.provider for one in first.outcomes] == ["slow", "quick"]


async def test_the_same_list_for_every_question_is_one_vote() -> None:
    by_subject = Told("subject", [found("https://a.example/")])
    by_question = Varied("question")

    assert urls((await discovery(by_subject, by_question)).found)[0] == "https://b.example/"


async def test_one_that_is_slow_by_its_rules_is_asked_less() -> None:
    slow = Told("gdelt")
    [outcome] = (await discovery(slow, searches=ASKED * 4)).outcomes

    assert (len(slow.asked), outcome.asked) == (3, 3)


def test_what_several_lists_have_leads() -> None:
    lists = [
        [found("https://a.example/", 1), found("https://b.example/", 2)],
        [found("https://c.example/", 1), found("https://b.example/", 2)],
    ]
    entries = fused(lists)

    assert urls(entries)[0] == "https://b.example/"
    assert [one.rank for one in entries] == [1, 2, 3]


def test_an_official_source_goes_before_news_and_news_before_any_page() -> None:
    kinds = [Kind.WEB, Kind.NEWS, Kind.REFERENCE, Kind.SCHOLARLY, Kind.OFFICIAL]
    lists = [[found(f"https://{kind}.example/", kind=kind)] for kind in kinds]

    assert [one.kind for one in fused(lists)] == kinds[::-1]


def test_a_retracted_work_comes_last_and_is_told_as_such() -> None:
    bad = found("https://bad.example/", 1, is_retracted=True, kind=Kind.SCHOLARLY)
    entries = fused([[bad, found("https://good.example/", 9)]])

    assert [(one.url, one.is_retracted) for one in entries] == [
        ("https://good.example/", False),
        ("https://bad.example/", True),
    ]


def test_the_newer_of_two_equals_leads() -> None:
    old = found("https://a.example/", published_on=date(2019, 1, 1))
    new = found("https://b.example/", published_on=date(2024, 1, 1))

    assert urls(fused([[old], [new]])) == ["https://b.example/", "https://a.example/"]


def test_what_lies_outside_the_window_is_left_out_and_the_undated_stays() -> None:
    window = [Search(query="x", since=date(2024, 1, 1), until=date(2024, 12, 31))]
    days = {"old": date(2023, 12, 31), "in": date(2024, 1, 1), "late": date(2025, 1, 1)}
    dated = [found(f"https://{name}.example/", published_on=day) for name, day in days.items()]

    entries = fused([[*dated, found("https://undated.example/")]], window)
    assert set(urls(entries)) == {"https://in.example/", "https://undated.example/"}


def test_no_host_stands_before_all_others() -> None:
    many = [found(f"https://a.example/{rank}", rank) for rank in range(1, 6)]
    entries = fused([many, [found("https://b.example/", 8)]])

    assert urls(entries).index("https://b.example/") == 1


def test_copies_on_other_sites_are_told_once() -> None:
    title = "Northwind Foods raises the price of bread again"
    copies = [
        found(f"https://{name}.example/", rank, title=f"{title}{end}")
        for rank, (name, end) in enumerate((("a", ""), ("b", "!"), ("c", " | c")), 1)
    ]

    assert urls(fused([copies])) == ["https://a.example/"]


async def test_what_the_user_names_goes_before_all_that_is_found() -> None:
    urls_given = UrlList(("https://z.example/2", "https://z.example/1"))
    named = await urls_given.search(ASKED[0], None, Egress())  # type: ignore[arg-type]
    official = Told("gov", [found("https://x.gov/", kind=Kind.OFFICIAL)])

    assert urls((await find([official], ASKED, ask, named=named)).found) == [
        "https://z.example/2",
        "https://z.example/1",
        "https://x.gov/",
    ]


def test_a_template_says_which_kinds_go_first() -> None:
    lists = [[found(f"https://{kind}.example/", kind=kind)] for kind in (Kind.OFFICIAL, Kind.NEWS)]
    assert [one.kind for one in fused(lists)] == [Kind.OFFICIAL, Kind.NEWS]
    ordered = fused(lists, order=("news", "official"))
    assert [one.kind for one in ordered] == [Kind.NEWS, Kind.OFFICIAL]
