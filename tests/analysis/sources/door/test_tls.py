"""The door dials the vetted address, and holds who answers there to the name that was asked."""

import datetime

import pytest

from analysis.sources.door.types import Ask
from tests.analysis.sources.door.doors import WEB, Names, a_door, failure
from tests.peers.authority import DAY, Authority
from tests.peers.web import a_site

NAME = "news.example"
NAMES = {NAME: [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
ANSWERED = b"Some words."


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def test_the_name_goes_on_in_tls_and_in_the_request(authority, tmp_path):
    shown = authority.server(tmp_path, NAME)
    called: list[str | None] = []
    shown.sni_callback = lambda _, name, __: called.append(name)
    names = Names(NAMES)
    async with a_site(tls=shown) as site, a_door(names=names, tls=authority.trusted()) as door:
        page = await door.fetch(Ask(url=site.url("/", host=NAME), conduct=False), WEB)
    assert ANSWERED in page.content
    assert called == [NAME]
    assert site.requests[0].headers["host"] == f"{NAME}:{site.port}"
    assert names.asked == [NAME]


async def test_a_certificate_for_another_name_is_told_and_nothing_is_asked(authority, tmp_path):
    shown = authority.server(tmp_path, NAME)
    async with (
        a_site(tls=shown) as site,
        a_door(names=Names(NAMES), tls=authority.trusted()) as door,
    ):
        failed = await failure(door, site.url("/", host="other.example"))
    assert failed.code == "fetch_bad_certificate"
    assert "other.example" in failed.detail
    assert site.requests == []


@pytest.mark.parametrize("lasts", [-DAY, DAY])
async def test_nor_is_one_that_has_expired_or_that_nobody_known_has_signed(
    authority, tmp_path, lasts: datetime.timedelta
):
    shown = authority.server(tmp_path, NAME, lasts)
    trusted = authority.trusted() if lasts < DAY else Authority().trusted()
    async with a_site(tls=shown) as site, a_door(names=Names(NAMES), tls=trusted) as door:
        failed = await failure(door, site.url("/", host=NAME))
    assert failed.code == "fetch_bad_certificate"
    assert site.requests == []


async def test_the_web_is_held_to_the_authorities_of_the_web(authority, tmp_path):
    shown = authority.server(tmp_path, NAME)
    async with a_site(tls=shown) as site, a_door(names=Names(NAMES)) as door:
        assert (await failure(door, site.url("/", host=NAME))).code == "fetch_bad_certificate"
