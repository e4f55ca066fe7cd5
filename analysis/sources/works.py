"""Works: one entry a work, however many addresses lead to it; the best record tells its facts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from analysis.sources.providers.asking import bare_doi
from analysis.sources.providers.hosts import host_of
from analysis.web_types import Found, Kind

# Whose word on authors, titles and dates counts first.
RECORDS = ("crossref", "pubmed", "openalex", "arxiv", "edgar", "edgar_facts", "world_bank")
TRACKING = re.compile(r"^(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|ref|ref_src|cmpid|ocid)$", re.I)
ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/([\w.-]+?/?\d+?)(?:v\d+)?(?:\.pdf)?/?$", re.I)
SHORTEST_TITLE = 4
# Two of these may share a title and be two documents: a filing and its exhibit, two series.
OWN_TITLE = frozenset({Kind.OFFICIAL, Kind.DATA})


class Work(NamedTuple):
    """All results that are one work, each with the weight that its place in its list gives."""

    results: Sequence[Found]
    score: float


def canonical(url: str) -> str:
    """An address as it is compared: without scheme, "www.", fragment and tracking."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = sorted(pair for pair in parse_qsl(parts.query) if not TRACKING.match(pair[0]))
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{host_of(url)}{parts.path.rstrip('/')}{query}"


def keys(found: Found) -> Iterator[str]:
    """By what a work is known again: its DOI, its addresses, its title with its year."""
    if doi := found.doi or (bare_doi(found.url) if host_of(found.url) == "doi.org" else ""):
        yield f"doi:{doi}"
    for url in filter(None, (found.url, found.file_url)):
        preprint = ARXIV.search(url)
        yield f"arxiv:{preprint[1]}" if preprint else f"url:{canonical(url)}"
    words = re.findall(r"\w+", found.title.casefold())
    if found.published_on and len(words) >= SHORTEST_TITLE and found.kind not in OWN_TITLE:
        yield f"title:{' '.join(words)}:{found.published_on.year}"


def sorted_out(results: Iterable[tuple[Found, float]]) -> list[Work]:
    """The works that results with their weights are, in the order of their first results."""
    groups: list[list[tuple[Found, float]]] = []
    places: dict[str, int] = {}
    for found, weight in results:
        mine = list(keys(found))
        known = sorted({places[key] for key in mine if key in places})
        at = known[0] if known else len(groups)
        if not known:
            groups.append([])
        for other in known[1:]:
            groups[at] += groups[other]
            groups[other] = []
            places.update({key: at for key, place in places.items() if place == other})
        places.update(dict.fromkeys(mine, at))
        groups[at].append((found, weight))
    return [_work(group) for group in groups if group]


def _work(group: Sequence[tuple[Found, float]]) -> Work:
    return Work([found for found, _ in group], sum(weight for _, weight in group))


def merged(results: Sequence[Found]) -> Found:
    """One entry: each fact from the first record that has it, the best records first."""
    ordered = sorted(results, key=_standing)
    first = ordered[0]
    facts = {
        name: next(
            (value for one in ordered if (value := getattr(one, name))), getattr(first, name)
        )
        for name in ("title", "authors", "publisher", "published_on", "doi", "language", "file_url")
    }
    longest = {
        name: max((getattr(one, name) for one in ordered), key=len) for name in ("snippet", "text")
    }
    others = dict.fromkeys(one.provider for one in ordered if one.provider != first.provider)
    key = next(keys(first.model_copy(update=facts)))
    is_retracted = any(one.is_retracted for one in results)
    return first.model_copy(
        update={**facts, **longest, "is_retracted": is_retracted, "also": tuple(others), "key": key}
    )


def _standing(found: Found) -> int:
    return RECORDS.index(found.provider) if found.provider in RECORDS else len(RECORDS)
