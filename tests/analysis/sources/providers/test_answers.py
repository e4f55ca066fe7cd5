"""What each provider answers in its documented shape becomes what it is, and nothing is made up."""

from collections.abc import Sequence
from datetime import date

import pytest

from analysis.pipeline.statements import stated
from analysis.sources.providers import feeds
from analysis.sources.providers.arxiv import ArXiv
from analysis.sources.providers.brave import Brave
from analysis.sources.providers.crossref import Crossref
from analysis.sources.providers.edgar import Edgar
from analysis.sources.providers.edgar_facts import EdgarFacts
from analysis.sources.providers.exa import Exa
from analysis.sources.providers.feeds import Feeds
from analysis.sources.providers.gdelt import Gdelt
from analysis.sources.providers.hosts import on_hosts
from analysis.sources.providers.openalex import OpenAlex
from analysis.sources.providers.pubmed import PubMed
from analysis.sources.providers.searxng import SearXNG
from analysis.sources.providers.tavily import Tavily
from analysis.sources.providers.types import Found, Kind, Provider, ProviderFailed, Search
from analysis.sources.providers.url_list import UrlList
from analysis.sources.providers.wikipedia import Wikipedia
from analysis.sources.providers.world_bank import WorldBank
from tests.analysis.sources.providers import shapes
from tests.analysis.sources.providers.conftest import ASKED, WEB
from tests.analysis.sources.providers.door import OpenDoor
from tests.peers.site import Site

LETTER = "https://www.northwind.example/letter"
SINCE = ASKED.model_copy(update={"since": date(2024, 1, 1), "until": date(2024, 12, 31)})


async def found(provider: Provider, door: OpenDoor, search: Search = ASKED) -> Sequence[Found]:
    return await provider.search(search, door, WEB)


def read_figures(text: str) -> list[tuple[str, str, str]]:
    """The figures that a run would read from a record."""
    return [
        (one.label, one.period.label if one.period else "", f"{one.value} {one.currency}{one.unit}")
        for sentence in text.splitlines()
        for one in stated(sentence)
    ]


async def test_searxng(server: Site, door: OpenDoor) -> None:
    server["/search"] = shapes.SEARXNG
    first, second = await found(SearXNG(server.url), door)

    assert (first.title, first.url, first.snippet) == (
        "Letter to shareholders",
        LETTER,
        "Revenue rose & margin fell.",
    )
    assert (first.kind, second.kind) == (Kind.WEB, Kind.NEWS)
    assert (first.published_on, second.published_on) == (date(2024, 10, 24), None)
    assert server.queries[0] == {"q": ASKED.query, "format": "json", "language": "en"}


async def test_searxng_without_engines_is_a_failure(server: Site, door: OpenDoor) -> None:
    server["/search"] = {"results": [], "unresponsive_engines": [["google", "CAPTCHA"]]}

    with pytest.raises(ProviderFailed, match="engines answered: google"):
        await found(SearXNG(server.url), door)


async def test_tavily(server: Site, door: OpenDoor) -> None:
    server["/search"] = shapes.TAVILY
    [one] = await found(Tavily(server.url, "tvly-key"), door, SINCE)

    assert (one.title, one.url, one.published_on) == (
        "Northwind letter",
        LETTER,
        date(2024, 10, 24),
    )
    assert server.asked[0].headers["authorization"] == "Bearer tvly-key"
    assert server.asked[0].json["start_date"] == "2024-01-01"
    assert server.asked[0].json["query"] == ASKED.query


async def test_brave(server: Site, door: OpenDoor) -> None:
    server["/res/v1/web/search"] = shapes.BRAVE
    [one] = await found(Brave(server.url, "brave-key"), door, SINCE)

    assert (one.snippet, one.publisher) == ("Revenue rose 8.3%.", "Northwind Foods plc")
    assert server.asked[0].headers["x-subscription-token"] == "brave-key"
    assert server.queries[0]["freshness"] == "2024-01-01to2024-12-31"


@pytest.mark.parametrize(
    ("language", "name"), [("en", "en"), ("ja", "jp"), ("zh", "zh-hans"), ("ru", "ru")]
)
async def test_brave_is_asked_in_the_names_that_it_has_for_languages(
    language: str, name: str, server: Site, door: OpenDoor
) -> None:
    server["/res/v1/web/search"] = shapes.BRAVE
    await found(Brave(server.url, "key"), door, ASKED.model_copy(update={"language": language}))

    assert server.queries[0]["search_lang"] == name


async def test_exa(server: Site, door: OpenDoor) -> None:
    server["/search"] = shapes.EXA
    first, second = await found(Exa(server.url, "exa-key"), door)

    assert (first.authors, first.published_on) == (("A. Baker",), date(2024, 10, 24))
    assert first.snippet == "Revenue rose 8.3%. Margin fell."
    assert (second.title, second.authors) == ("", ())
    assert server.asked[0].headers["x-api-key"] == "exa-key"


async def test_exa_is_asked_for_no_more_than_its_price_holds(server: Site, door: OpenDoor) -> None:
    server["/search"] = shapes.EXA
    await found(Exa(server.url, "exa-key"), door, ASKED.model_copy(update={"limit": 20}))

    assert server.asked[0].json["numResults"] == 10


async def test_wikipedia_in_the_order_of_its_ranks(server: Site, door: OpenDoor) -> None:
    server["/w/api.php"] = shapes.WIKIPEDIA
    first, second = await found(Wikipedia(server.url), door)

    assert [first.title, second.title] == ["Bread", "Wheat"]
    assert (first.url, first.kind) == ("https://en.wikipedia.org/wiki/Bread", Kind.REFERENCE)


async def test_wikipedia_is_asked_for_few_words_and_may_find_nothing(
    server: Site, door: OpenDoor
) -> None:
    server["/w/api.php"] = {"batchcomplete": True}
    search = ASKED.model_copy(update={"focus": "bakery"})

    assert await found(Wikipedia(server.url), door, search) == []
    assert [one["gsrsearch"] for one in server.queries] == ["Northwind Foods bakery"]


async def test_wikipedia_refuses_with_status_200(server: Site, door: OpenDoor) -> None:
    server["/w/api.php"] = {"error": {"code": "ratelimited", "info": "slow down"}}

    with pytest.raises(ProviderFailed) as failed:
        await found(Wikipedia(server.url), door)
    assert failed.value.code == "limited"


async def test_openalex(server: Site, door: OpenDoor) -> None:
    server["/works"] = shapes.OPENALEX
    first, second = await found(OpenAlex(server.url, "we@example.com", "oa-key"), door, SINCE)

    assert (first.title, first.doi, first.is_retracted) == (
        "Wheat and bread",
        "10.1234/wheat.5",
        True,
    )
    assert (first.authors, first.publisher) == (("Ada Baker", "Bo Miller"), "Journal of Cereals")
    assert first.snippet == "Prices rose and Prices fell."
    assert first.text.endswith("\n\nPrices rose and Prices fell.\n")
    assert (first.url, first.file_url) == (
        "https://doi.org/10.1234/Wheat.5",
        "https://oa.example/wheat.pdf",
    )
    assert (second.url, second.title, second.text) == ("https://openalex.org/W2", "", "")
    assert server.queries[0]["mailto"] == "we@example.com"
    assert server.queries[0]["filter"] == (
        "from_publication_date:2024-01-01,to_publication_date:2024-12-31"
    )


async def test_crossref_knows_what_was_taken_back(server: Site, door: OpenDoor) -> None:
    server["/works"] = shapes.CROSSREF
    works = await found(Crossref(server.url), door)

    assert {one.doi: one.is_retracted for one in works} == {
        "10.1234/wheat.5": False,
        "10.1234/bad.1": True,
        "10.1234/bad.2": True,
    }
    assert (works[0].authors, works[0].publisher) == (
        ("Ada Baker", "The Cereal Group"),
        "Journal of Cereals",
    )
    assert (works[0].published_on, works[1].published_on) == (date(2021, 5, 1), None)
    assert works[0].snippet == "Prices rose, then fell."
    assert works[0].file_url == "https://cereal.example/5.pdf"


async def test_arxiv(server: Site, door: OpenDoor) -> None:
    server["/api/query"] = shapes.ARXIV
    [one] = await found(ArXiv(server.url), door, SINCE)

    assert (one.title, one.url) == ("Wheat prices", "https://arxiv.org/abs/2101.00001v2")
    assert (one.file_url, one.doi) == ("https://arxiv.org/pdf/2101.00001v2", "10.1234/wheat.5")
    assert (one.published_on, one.is_retracted) == (date(2021, 1, 1), True)
    assert server.queries[0]["search_query"] == (
        'all:"Northwind" AND all:"Foods" AND submittedDate:[202401010000 TO 202412312359]'
    )


@pytest.mark.parametrize(
    ("body", "code"), [(shapes.ARXIV_ERROR, "bad_query"), ("Rate exceeded.", "limited")]
)
async def test_arxiv_refuses_with_status_200(
    server: Site, door: OpenDoor, body: str, code: str
) -> None:
    server["/api/query"] = body

    with pytest.raises(ProviderFailed) as failed:
        await found(ArXiv(server.url), door)
    assert failed.value.code == code


async def test_arxiv_reads_no_entity(server: Site, door: OpenDoor) -> None:
    bomb = '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    server["/api/query"] = shapes.ARXIV.replace("<feed", f"{bomb}<feed", 1).replace(
        "Wheat\n", "&x;"
    )
    [one] = await found(ArXiv(server.url), door)

    assert "root" not in one.title


async def test_pubmed(server: Site, door: OpenDoor) -> None:
    server["/entrez/eutils/esearch.fcgi"] = shapes.PUBMED_IDS
    server["/entrez/eutils/efetch.fcgi"] = shapes.PUBMED
    first, second = await found(PubMed(server.url, "we@example.com", "ncbi-key"), door, SINCE)

    assert (first.title, first.url) == ("Wheat in trials.", "https://pubmed.ncbi.nlm.nih.gov/22/")
    assert (first.doi, first.is_retracted) == ("10.1234/wheat.9", True)
    assert (first.published_on, second.published_on) == (date(2020, 3, 1), date(2019, 1, 1))
    assert (first.authors, second.authors) == (("Ada Baker",), ("The Rye Group",))
    assert "METHODS: We fed 40 people.\n\nRESULTS: All liked it." in first.text
    assert server.queries[0]["mindate"] == "2024/01/01"
    assert "ncbi-key" not in server.asked[0].path
    assert server.queries[1]["id"] == "22,11"


async def test_pubmed_finds_nothing_with_one_request(server: Site, door: OpenDoor) -> None:
    server["/entrez/eutils/esearch.fcgi"] = {"esearchresult": {"count": "0", "idlist": []}}

    assert await found(PubMed(server.url), door) == []
    assert len(server.asked) == 1


async def test_edgar(server: Site, door: OpenDoor) -> None:
    server["/LATEST/search-index"] = shapes.EDGAR
    [one] = await found(Edgar(server.url, "Us us@example.com"), door, SINCE)

    assert one.title == "Northwind Foods Inc.: 10-K for the period ended 2023-09-30"
    assert one.url == (
        "https://www.sec.gov/Archives/edgar/data/320193/000032019323000106/aapl-20230930.htm"
    )
    assert (one.kind, one.published_on) == (Kind.OFFICIAL, date(2023, 11, 3))
    assert one.authors == ("Northwind Foods Inc.",)
    assert server.asked[0].headers["user-agent"] == "Us us@example.com"
    assert server.queries[0]["q"] == "Northwind Foods"


async def test_edgar_facts_of_the_company_that_is_named(server: Site, door: OpenDoor) -> None:
    server["/files/company_tickers.json"] = shapes.TICKERS
    concepts = "/api/xbrl/companyconcept/CIK0000320193/us-gaap"
    server[f"{concepts}/Revenues.json"] = shapes.REVENUES
    server[f"{concepts}/Assets.json"] = shapes.ASSETS
    [one] = await found(EdgarFacts(server.url, server.url, "Us"), door)

    assert one.kind is Kind.DATA
    assert read_figures(one.text) == [
        ("Revenue of Northwind Foods", "Quarter ended September 30, 2024", "412600000 USD"),
        ("Revenue of Northwind Foods", "Year ended December 31, 2023", "1510000000 USD"),
        ("Total assets of Northwind Foods", "September 30, 2024", "7 USD"),
    ]


async def test_edgar_facts_takes_no_word_for_a_ticker(server: Site, door: OpenDoor) -> None:
    server["/files/company_tickers.json"] = shapes.TICKERS

    assert (
        await found(EdgarFacts(server.url, server.url, "Us"), door, Search(query="IT costs")) == []
    )


async def test_world_bank_series_of_the_country_that_is_named(server: Site, door: OpenDoor) -> None:
    server["/v2/country"] = shapes.COUNTRIES
    server["/v2/country/POL/indicator/NY.GDP.MKTP.KD.ZG"] = shapes.GROWTH
    [one] = await found(WorldBank(server.url), door, Search(query="GDP growth of Poland"))

    assert (one.title, one.kind) == ("GDP growth (annual %): Poland", Kind.DATA)
    assert read_figures(one.text) == [
        ("GDP growth of Poland", "2024", "2.94 %"),
        ("GDP growth of Poland", "2023", "0.10 %"),
    ]
    assert (one.published_on, one.rank) == (date(2026, 7, 13), 1)


async def test_world_bank_has_nothing_on_bread(server: Site, door: OpenDoor) -> None:
    assert await found(WorldBank(server.url), door) == []
    assert server.asked == []


async def test_world_bank_refuses_with_status_200(server: Site, door: OpenDoor) -> None:
    server["/v2/country"] = shapes.WORLD_BANK_ERROR

    with pytest.raises(ProviderFailed) as failed:
        await found(WorldBank(server.url), door, Search(query="inflation in France"))
    assert failed.value.code == "bad_query"


async def test_gdelt(server: Site, door: OpenDoor) -> None:
    server["/api/v2/doc/doc"] = shapes.GDELT
    [one] = await found(Gdelt(server.url), door, SINCE)

    assert (one.kind, one.publisher, one.language) == (Kind.NEWS, "news.example", "en")
    assert one.published_on == date(2024, 10, 24)
    assert server.queries[0]["query"] == "Northwind Foods sourcelang:english"
    assert server.queries[0]["startdatetime"] == "20240101000000"


async def test_gdelt_is_not_asked_for_days_before_its_first(server: Site, door: OpenDoor) -> None:
    server["/api/v2/doc/doc"] = shapes.GDELT
    gdelt, old = Gdelt(server.url), date(2010, 1, 1)
    before = SINCE.model_copy(update={"since": old, "until": date(2016, 12, 31)})

    assert await found(gdelt, door, before) == []
    assert await found(gdelt, door, SINCE.model_copy(update={"since": old}))
    assert [one["startdatetime"] for one in server.queries] == ["20170101000000"]


async def test_gdelt_finds_nothing(server: Site, door: OpenDoor) -> None:
    server["/api/v2/doc/doc"] = {}

    assert await found(Gdelt(server.url), door) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("The specified phrase is too short.", "bad_query"),
        ("Please limit requests to one every 5 seconds.", "limited"),
    ],
)
async def test_gdelt_refuses_with_a_sentence(
    server: Site, door: OpenDoor, body: str, code: str
) -> None:
    server["/api/v2/doc/doc"] = body

    with pytest.raises(ProviderFailed) as failed:
        await found(Gdelt(server.url), door)
    assert failed.value.code == code


async def test_feeds_find_by_words_and_one_that_fails_fails_no_other(
    server: Site, door: OpenDoor
) -> None:
    server["/rss"] = shapes.RSS
    server["/atom"] = shapes.ATOM
    urls = (f"{server.url}/rss", f"{server.url}/gone", f"{server.url}/atom")
    first, second = await found(Feeds(urls), door)

    assert (first.title, first.authors) == ("Northwind Foods buys a mill", ("Ada Baker",))
    assert (first.url, first.publisher) == (f"{server.url}/mill", "Cereal News")
    assert (first.published_on, second.published_on) == (date(2024, 10, 24), date(2024, 10, 25))
    assert (second.url, second.authors) == ("https://cereal.example/wheat", ("Bo Miller",))


async def test_feeds_all_gone_are_a_failure(server: Site, door: OpenDoor) -> None:
    with pytest.raises(ProviderFailed):
        await found(Feeds((f"{server.url}/gone",)), door)


def test_a_feed_gives_only_addresses_of_the_web_and_the_keys_of_its_items() -> None:
    items = feeds.read(shapes.RSS.encode(), "https://cereal.example/rss").items

    assert [one.url for one in items] == [
        "https://cereal.example/mill",
        "https://cereal.example/rain",
    ]
    assert [one.key for one in items] == ["m-1", "https://cereal.example/rain"]
    assert items[0].summary == "Northwind Foods bought it."


@pytest.mark.parametrize("content", [b"", b"<html><body>no</body></html>", b"{}", b"\x00\xff"])
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(ProviderFailed, match="no RSS or Atom"):
        feeds.read(content)


async def test_named_addresses_are_found_in_their_order(door: OpenDoor) -> None:
    urls = ("https://www.gov.uk/b", "https://a.example/", "https://www.gov.uk/b")
    first, second = await found(UrlList(urls), door)

    assert [first.url, second.url] == ["https://www.gov.uk/b", "https://a.example/"]
    assert (first.kind, second.kind) == (Kind.OFFICIAL, Kind.WEB)


LISTED = ASKED.model_copy(update={"hosts": ("sec.gov", "northwind.example")})
SITES = f"{ASKED.query} (site:sec.gov OR site:northwind.example)"


class TestListedHosts:
    """Where only some hosts may be read, a search of the whole web asks for their pages."""

    @pytest.mark.parametrize(
        ("make", "name"), [(Tavily, "include_domains"), (Exa, "includeDomains")]
    )
    async def test_by_the_field_that_the_provider_has(
        self, server: Site, door: OpenDoor, make: type[Tavily | Exa], name: str
    ) -> None:
        server["/search"] = {"results": []}
        await found(make(server.url, "key"), door, LISTED)
        await found(make(server.url, "key"), door)

        assert server.asked[0].json[name] == ["sec.gov", "northwind.example"]
        assert server.asked[0].json["query"] == ASKED.query
        assert name not in server.asked[1].json

    async def test_by_words_of_the_query_where_it_has_none(
        self, server: Site, door: OpenDoor
    ) -> None:
        server["/search"], server["/res/v1/web/search"] = shapes.SEARXNG, shapes.BRAVE
        await found(SearXNG(server.url), door, LISTED)
        await found(Brave(server.url, "key"), door, LISTED)

        assert [one["q"] for one in server.queries] == [SITES, SITES]

    async def test_a_long_query_keeps_the_hosts(self, server: Site, door: OpenDoor) -> None:
        server["/res/v1/web/search"] = shapes.BRAVE
        long = LISTED.model_copy(update={"query": "wheat " * 100})
        await found(Brave(server.url, "key"), door, long)

        query = server.queries[0]["q"]
        assert query.endswith(" (site:sec.gov OR site:northwind.example)")
        assert len(query.split()) <= 50
        assert len(query) <= 400

    def test_one_host_needs_no_brackets_and_very_many_are_cut(self) -> None:
        assert on_hosts(["sec.gov"]) == " site:sec.gov"
        assert on_hosts([]) == ""
        assert len(on_hosts([f"{'a' * 60}{n}.example" for n in range(30)])) <= 203
