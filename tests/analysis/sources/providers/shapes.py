"""Answers in the shapes that the providers document; what they tell is invented."""

from typing import Any

SEARXNG = {
    "query": "northwind foods",
    "number_of_results": 2,
    "results": [
        {
            "url": "https://www.northwind.example/letter",
            "title": "Letter to <b>shareholders</b>",
            "content": "Revenue rose &amp; margin fell.",
            "engine": "duckduckgo",
            "engines": ["duckduckgo"],
            "category": "general",
            "score": 4.0,
            "publishedDate": "2024-10-24T00:00:00",
        },
        {
            "url": "https://news.example/wheat",
            "title": "Wheat is dear",
            "content": None,
            "engine": "bing news",
            "category": "news",
            "publishedDate": None,
        },
    ],
    "answers": [],
    "suggestions": [],
    "unresponsive_engines": [["google", "timeout"]],
}
TAVILY = {
    "query": "northwind foods",
    "answer": None,
    "images": [],
    "results": [
        {
            "title": "Northwind letter",
            "url": "https://www.northwind.example/letter",
            "content": "Revenue rose 8.3%.",
            "score": 0.81,
            "raw_content": None,
            "published_date": "2024-10-24",
        }
    ],
    "response_time": 1.2,
    "request_id": "123",
}
BRAVE = {
    "type": "search",
    "query": {"original": "northwind foods"},
    "web": {
        "type": "search",
        "results": [
            {
                "title": "Northwind letter",
                "url": "https://www.northwind.example/letter",
                "description": "Revenue <strong>rose</strong> 8.3%.",
                "page_age": "2024-10-24T08:00:00",
                "age": "October 24, 2024",
                "language": "en",
                "profile": {"name": "Northwind", "long_name": "Northwind Foods plc"},
                "meta_url": {"hostname": "www.northwind.example"},
            }
        ],
    },
}
EXA = {
    "requestId": "r1",
    "resolvedSearchType": "neural",
    "results": [
        {
            "id": "https://www.northwind.example/letter",
            "title": "Northwind letter",
            "url": "https://www.northwind.example/letter",
            "publishedDate": "2024-10-24T00:00:00.000Z",
            "author": "A. Baker",
            "score": 0.4,
            "highlights": ["Revenue rose 8.3%.", "Margin fell."],
        },
        {"id": "x", "title": None, "url": "https://x.example/", "author": None},
    ],
    "costDollars": {"total": 0.005},
}
WIKIPEDIA = {
    "batchcomplete": True,
    "query": {
        "pages": [
            {
                "pageid": 2,
                "ns": 0,
                "title": "Wheat",
                "index": 2,
                "extract": "Wheat is a grass.",
                "touched": "2026-01-02T03:04:05Z",
                "pagelanguage": "en",
                "fullurl": "https://en.wikipedia.org/wiki/Wheat",
            },
            {
                "pageid": 1,
                "ns": 0,
                "title": "Bread",
                "index": 1,
                "extract": "Bread is baked.",
                "touched": "2026-01-02T03:04:05Z",
                "pagelanguage": "en",
                "fullurl": "https://en.wikipedia.org/wiki/Bread",
            },
        ]
    },
}
OPENALEX = {
    "meta": {"count": 1, "db_response_time_ms": 20, "page": 1, "per_page": 25},
    "results": [
        {
            "id": "https://openalex.org/W1",
            "doi": "https://doi.org/10.1234/Wheat.5",
            "display_name": "Wheat and <i>bread</i>",
            "publication_date": "2021-05-06",
            "publication_year": 2021,
            "language": "en",
            "type": "article",
            "is_retracted": True,
            "authorships": [
                {"author_position": "first", "author": {"display_name": "Ada Baker"}},
                {"author_position": "last", "author": {"display_name": "Bo Miller"}},
            ],
            "primary_location": {
                "landing_page_url": "https://journal.example/wheat",
                "pdf_url": None,
                "source": {"display_name": "Journal of Cereals"},
            },
            "best_oa_location": {"pdf_url": "https://oa.example/wheat.pdf", "source": None},
            "abstract_inverted_index": {"Prices": [0, 3], "rose": [1], "and": [2], "fell.": [4]},
        },
        {"id": "https://openalex.org/W2", "doi": None, "display_name": None, "authorships": []},
    ],
}
CROSSREF = {
    "status": "ok",
    "message-type": "work-list",
    "message": {
        "total-results": 4,
        "items": [
            {
                "DOI": "10.1234/wheat.5",
                "title": ["Wheat and bread"],
                "author": [
                    {"given": "Ada", "family": "Baker", "sequence": "first"},
                    {"name": "The Cereal Group", "sequence": "additional"},
                ],
                "publisher": "Cereal Press",
                "container-title": ["Journal of Cereals"],
                "issued": {"date-parts": [[2021, 5]]},
                "URL": "https://doi.org/10.1234/wheat.5",
                "abstract": "<jats:p>Prices rose, <jats:italic>then</jats:italic> fell.</jats:p>",
                "language": "en",
                "type": "journal-article",
                "link": [
                    {"URL": "https://cereal.example/5.xml", "content-type": "text/xml"},
                    {"URL": "https://cereal.example/5.pdf", "content-type": "application/pdf"},
                ],
            },
            {
                "DOI": "10.1234/bad.1",
                "title": ["Bread heals all"],
                "issued": {"date-parts": [[None]]},
                "updated-by": [
                    {"type": "retraction", "DOI": "10.1234/bad.1r", "source": "retraction-watch"}
                ],
            },
            {"DOI": "10.1234/bad.2", "title": ["Bread cures much"]},
            {
                "DOI": "10.1234/bad.2r",
                "title": ["Retraction: Bread cures much"],
                "update-to": [
                    {"type": "retraction", "DOI": "10.1234/BAD.2", "label": "Retraction"}
                ],
            },
        ],
    },
}
ARXIV = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
  <id>https://arxiv.org/api/x</id><title>arXiv Query</title>
  <link href="https://arxiv.org/api/query?x" type="application/atom+xml"/>
  <opensearch:totalResults>1</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/2101.00001v2</id>
    <title>Wheat
  prices</title>
    <updated>2021-02-01T00:00:00Z</updated><published>2021-01-01T10:00:00Z</published>
    <summary>Prices of wheat
  rise.</summary>
    <author><name>Ada Baker</name></author><author><name>Bo Miller</name></author>
    <link href="https://arxiv.org/abs/2101.00001v2" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/2101.00001v2" rel="related" title="pdf"/>
    <arxiv:doi>10.1234/wheat.5</arxiv:doi>
    <arxiv:comment>This paper has been withdrawn by the authors</arxiv:comment>
  </entry>
</feed>"""
ARXIV_ERROR = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
<entry><id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title>
<summary>incorrect id format</summary></entry></feed>"""
PUBMED_IDS = {"header": {}, "esearchresult": {"count": "2", "idlist": ["22", "11"]}}
PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"
 "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">11</PMID><Article>
  <Journal><JournalIssue><PubDate><MedlineDate>2019 Nov-Dec</MedlineDate></PubDate></JournalIssue>
  <Title>Bread Medicine</Title></Journal><ArticleTitle>Rye.</ArticleTitle>
  <AuthorList><Author><CollectiveName>The Rye Group</CollectiveName></Author></AuthorList>
  </Article></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID Version="1">22</PMID><Article>
  <Journal><JournalIssue><PubDate><Year>2020</Year><Month>Mar</Month></PubDate></JournalIssue>
  <Title>Bread Medicine</Title></Journal>
  <ArticleTitle>Wheat in <i>trials</i>.</ArticleTitle>
  <Abstract><AbstractText Label="METHODS">We fed 40 people.</AbstractText>
  <AbstractText Label="RESULTS">All liked it.</AbstractText></Abstract>
  <AuthorList><Author><LastName>Baker</LastName><ForeName>Ada</ForeName></Author></AuthorList>
  <Language>eng</Language>
  <PublicationTypeList><PublicationType>Journal Article</PublicationType>
  <PublicationType>Retracted Publication</PublicationType></PublicationTypeList>
  </Article></MedlineCitation>
  <PubmedData><ArticleIdList><ArticleId IdType="pubmed">22</ArticleId>
  <ArticleId IdType="doi">10.1234/wheat.9</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
</PubmedArticleSet>"""
EDGAR = {
    "took": 12,
    "timed_out": False,
    "hits": {
        "total": {"value": 1, "relation": "eq"},
        "hits": [
            {
                "_index": "edgar_file",
                "_id": "0000320193-23-000106:aapl-20230930.htm",
                "_score": 12.1,
                "_source": {
                    "ciks": ["0000320193"],
                    "period_ending": "2023-09-30",
                    "root_forms": ["10-K"],
                    "display_names": ["Northwind Foods Inc.  (NWF)  (CIK 0000320193)"],
                    "sequence": "1",
                    "file_date": "2023-11-03",
                    "form": "10-K",
                    "adsh": "0000320193-23-000106",
                    "file_type": "10-K",
                    "file_description": "10-K",
                },
            },
            {"_id": "no-file", "_source": {"ciks": []}},
        ],
    },
}
TICKERS = {
    "0": {"cik_str": 320193, "ticker": "NWF", "title": "Northwind Foods Inc."},
    "1": {"cik_str": 5, "ticker": "IT", "title": "Gartner Inc"},
}


def _fact(
    end: str, value: float, filed: str, start: str = "", form: str = "10-K"
) -> dict[str, Any]:
    told = {"end": end, "val": value, "accn": "0-1", "fy": 2024, "fp": "FY", "form": form}
    return {**told, "filed": filed, **({"start": start} if start else {})}


REVENUES = {
    "cik": 320193,
    "taxonomy": "us-gaap",
    "tag": "Revenues",
    "label": "Revenues",
    "description": "Amount of revenue.",
    "entityName": "Northwind Foods Inc.",
    "units": {
        "USD": [
            _fact("2023-12-31", 1500000000, "2024-02-01", "2023-01-01"),
            _fact("2023-12-31", 1510000000, "2025-02-01", "2023-01-01"),
            _fact("2024-09-30", 412600000, "2024-10-24", "2024-07-01", "10-Q"),
        ]
    },
}
ASSETS = {
    "cik": 320193,
    "taxonomy": "us-gaap",
    "tag": "Assets",
    "label": None,
    "entityName": "Northwind Foods Inc.",
    "units": {"USD": [_fact("2024-09-30", 7, "2024-10-24", form="10-Q")]},
}
COUNTRIES = [
    {"page": 1, "pages": 1, "per_page": "400", "total": 3},
    [
        {"id": "POL", "iso2Code": "PL", "name": "Poland"},
        {"id": "FRA", "iso2Code": "FR", "name": "France"},
        {"id": "GBR", "iso2Code": "GB", "name": "United Kingdom"},
    ],
]
GROWTH = [
    {"page": 1, "pages": 4, "per_page": 20, "total": 66, "lastupdated": "2026-07-13"},
    [
        {
            "indicator": {"id": "NY.GDP.MKTP.KD.ZG", "value": "GDP growth (annual %)"},
            "country": {"id": "PL", "value": "Poland"},
            "countryiso3code": "POL",
            "date": str(year),
            "value": value,
            "unit": "",
            "decimal": 1,
        }
        for year, value in ((2025, None), (2024, 2.937461), (2023, 0.1))
    ],
]
WORLD_BANK_ERROR = [
    {"message": [{"id": "120", "key": "Invalid value", "value": "The value is not valid"}]}
]
GDELT = {
    "articles": [
        {
            "url": "https://news.example/wheat",
            "url_mobile": "",
            "title": "Northwind Foods raises bread prices",
            "seendate": "20241024T031500Z",
            "socialimage": "",
            "domain": "news.example",
            "language": "English",
            "sourcecountry": "United Kingdom",
        }
    ]
}
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Cereal News</title><link>https://cereal.example/</link>
<item><title>Northwind Foods buys a mill</title><link>/mill</link>
<description>&lt;p&gt;Northwind Foods bought it.&lt;/p&gt;</description>
<pubDate>Thu, 24 Oct 2024 08:00:00 GMT</pubDate><dc:creator>Ada Baker</dc:creator>
<guid isPermaLink="false">m-1</guid></item>
<item><title>Rain in May</title><link>https://cereal.example/rain</link></item>
<item><title>No address</title><link>javascript:alert(1)</link></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Mill</title>
<entry><title>Northwind Foods and wheat</title><id>urn:1</id>
<link rel="enclosure" href="https://cereal.example/a.mp3"/>
<link href="https://cereal.example/wheat"/><updated>2024-10-25T08:00:00Z</updated>
<author><name>Bo Miller</name></author><summary>Wheat.</summary></entry></feed>"""
