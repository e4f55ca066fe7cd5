"""Pages of the web become sources that can be checked years later."""

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async

from analysis.models import Source
from analysis.sources import store, web
from analysis.sources.door.types import Ask, FetchFailed
from researcher.kit.pool import children
from tests.analysis.sources.door.doors import WEB, a_door
from tests.analysis.sources.reading.files import pdf
from tests.analysis.sources.reading.test_page import article
from tests.peers.web import a_site, moved, reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def pool():
    pool = children(1)
    yield pool
    await pool.close()


def asked(url: str, **ask: object) -> Ask:
    return Ask(url=url, conduct=False, **ask)


async def test_a_page_is_kept_with_its_bytes_its_address_and_its_time(pool):
    async with a_site() as site, a_door() as door:
        site.replies["/old"] = moved("/story")
        site.replies["/story"] = reply(article())
        source = await web.page(asked(site.url("/old")), door, WEB, pool)
    assert source.url == site.url("/story")
    assert await sync_to_async(store.content)(source) == article()
    assert datetime.now(UTC) - source.fetched_at < timedelta(seconds=10)
    assert (source.site, source.author, source.doi) == ("Example News", "Jane Roe", "10.1234/abc.5")
    assert "Accept all" not in (await sync_to_async(store.pages)(source.pk))[0].text


async def test_equal_bytes_of_two_addresses_are_one_source(pool):
    async with a_site() as site, a_door() as door:
        site.replies["/one"] = site.replies["/two"] = reply(article())
        one = await web.page(asked(site.url("/one")), door, WEB, pool)
        two = await web.page(asked(site.url("/two")), door, WEB, pool)
    assert one.pk == two.pk
    assert await Source.objects.acount() == 1


async def test_a_pdf_that_is_served_as_a_page_is_read_as_the_pdf_that_it_is(pool):
    async with a_site() as site, a_door() as door:
        site.replies["/report.html"] = reply(
            pdf("Northwind handled 4.1 million containers."), headers={"content-type": "text/html"}
        )
        source = await web.page(asked(site.url("/report.html")), door, WEB, pool)
    assert source.media_type == "application/pdf"
    assert [warning["code"] for warning in source.warnings] == ["mislabelled"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><title>Before you continue</title><p>Accept all. Reject all.", "consent_wall"),
        (b"<html><body><div id='root'></div></body></html>", "empty_page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "file_type_not_allowed"),
    ],
)
async def test_what_is_no_content_is_an_outcome(pool, body, code):
    async with a_site() as site, a_door() as door:
        site.replies["/page"] = reply(body)
        with pytest.raises(FetchFailed) as failed:
            await web.page(asked(site.url("/page")), door, WEB, pool)
    assert failed.value.code == code


async def test_what_was_not_fetched_leaves_nothing(pool):
    async with a_site() as site, a_door() as door:
        with pytest.raises(FetchFailed):
            await web.page(asked(site.url("/none")), door, WEB, pool)
    assert not await Source.objects.aexists()
