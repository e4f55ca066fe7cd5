"""The outside as one run may reach it: asked through its journal, then through the door."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from analysis.journal import NOTHING, Answer, Bound, CallFailed, Journal, OverBudget, Request
from analysis.models import Source
from analysis.sources import providers, store, web
from analysis.sources.door.policy import is_under
from analysis.sources.door.types import Ask, Door, FetchFailed
from analysis.sources.finding import find
from analysis.sources.providers import catalogue, edgar
from analysis.sources.providers.asking import PATIENCE_SECONDS
from analysis.sources.providers.hosts import host_of
from analysis.sources.providers.prices import MAYBE_PAID, price
from analysis.sources.providers.types import Provider, ProviderFailed
from analysis.sources.providers.url_list import UrlList
from analysis.types import Brief, Rejection, SourceRef
from analysis.web_types import Discovery, Egress, EgressMode, Found, Kind, Search
from researcher.kit.children import Children
from researcher.kit.rows import patiently

FOUND: TypeAdapter[tuple[Found, ...]] = TypeAdapter(tuple[Found, ...])
# What may be otherwise in a minute: it is not kept, so a run that goes on asks again.
BUSY = frozenset({408, 425, 429})
# After these a provider is left alone until the run goes on another time: a question to one that
# wants to rest would hold up all others of its round.
CLOSED = frozenset({"limited", "quota", "denied", "blocked"})


class Outside:
    """Searches and fetches of one run; what it or a copy of it asked before is found again."""

    def __init__(
        self, brief: Brief, egress: Egress, journal: Journal, door: Door, children: Children
    ) -> None:
        self.brief, self.egress = brief, egress
        self.journal, self.door, self.children = journal, door, children
        self._closed: set[str] = set()

    async def search(self, searches: Sequence[Search], urls: Sequence[str] = ()) -> Discovery:
        """What the providers of the run find, the named addresses before everything."""
        named = await UrlList(tuple(urls)).search(Search(query=""), self.door, self.egress)
        order = self.brief.template.sources.order
        found = await find(self._providers(), searches, self._ask, named=named, order=order)
        # What may be read goes first: the rest is rejected by the door, with its reason.
        ordered = sorted(found.found, key=lambda one: not self._is_within([host_of(one.url)]))
        self._closed |= {one.provider for one in found.outcomes if one.code in CLOSED}
        return found.model_copy(update={"found": tuple(ordered)})

    def _is_within(self, hosts: Sequence[str]) -> bool:
        """Whether one of the hosts is listed, where only the listed ones may be reached."""
        if self.egress.mode is not EgressMode.HOSTS:
            return True
        return any(is_under(host, one) for host in hosts for one in self.egress.hosts)

    def _for_search(self, provider: Provider) -> Egress:
        """For a question alone: a provider that the user names is let through beside the hosts."""
        if self.egress.mode is not EgressMode.HOSTS or provider.name not in self.brief.providers:
            return self.egress
        hosts = (*self.egress.hosts, *catalogue.hosts(provider.name))
        return self.egress.model_copy(update={"hosts": hosts})

    def _providers(self) -> list[Provider]:
        there = providers.available()
        asked = self.brief.providers or tuple(there)
        return [there[name] for name in asked if name in there and name not in self._closed]

    async def _ask(self, provider: Provider, search: Search) -> Sequence[Found]:
        if self.egress.mode is EgressMode.HOSTS:
            search = search.model_copy(update={"hosts": self.egress.hosts})
        told = search.model_dump(mode="json", exclude=None if search.hosts else {"hosts"})
        content = {"provider": provider.name, "search": told}
        bound = Bound(cost=price(provider.name))
        request = self._request("search", provider.name, content, bound)
        try:
            answer = await self.journal.once(request, partial(self._found, provider, search))
        except CallFailed as failed:
            raise ProviderFailed(failed.code, failed.detail) from None
        except OverBudget as over:
            raise ProviderFailed("budget_spent", str(over)) from None
        return FOUND.validate_python(answer.value)

    async def _found(self, provider: Provider, search: Search) -> Answer:
        try:
            found = await provider.search(search, self.door, self._for_search(provider))
        except ProviderFailed as failed:
            maybe_paid = failed.code in MAYBE_PAID
            raise CallFailed(failed.code, failed.detail, maybe_paid=maybe_paid) from None
        value = FOUND.dump_python(tuple(found), mode="json")
        return Answer(value=value, cost=price(provider.name))

    async def fetch(self, found: Found) -> SourceRef | Rejection:
        """A result as a stored source, read now if it was not before; or why it is none."""
        digest = hashlib.sha256(found.text.encode()).hexdigest()
        content = {"url": found.url, "file_url": found.file_url, "text": digest}
        request = self._request("fetch", "", content)
        while True:
            try:
                answer = await self.journal.once(request, partial(self._fetched, found))
            except CallFailed as failed:
                return rejection(found, failed.code, failed.detail)
            except OverBudget as over:
                return rejection(found, over.code, over.detail)
            if "code" in answer.value:
                return rejection(found, answer.value["code"], answer.value["detail"])
            source = await patiently(_source, answer.value["source"])
            if source is not None:
                return source_ref(found, source)
            await self.journal.reject(request, "deleted")

    async def _fetched(self, found: Found) -> Answer:
        """The first of the ways to a content that leads to one."""
        failure = FetchFailed("not_found", "Its record names no address.", status=404)
        async for source in self._ways(found):
            if isinstance(source, Source):
                return Answer(value={"source": str(source.pk)})
            failure = source
        if is_lasting(failure):
            return Answer(value={"code": failure.code, "detail": failure.detail})
        raise CallFailed(failure.code, failure.detail, maybe_paid=False)

    async def _ways(self, found: Found) -> AsyncIterator[Source | FetchFailed]:
        """The full text, else the record itself, else the page where people read it."""
        if found.file_url:
            yield await self._page(found.file_url, found.provider)
        places = [host_of(found.url), *catalogue.hosts(found.provider)]
        if found.text and self._is_within(places):
            yield await self._record(found)
        elif found.url != found.file_url:
            yield await self._page(found.url, found.provider)

    async def _page(self, url: str, provider: str) -> Source | FetchFailed:
        # The SEC serves its filings, too, only to who says who he is.
        headers = {"User-Agent": edgar.agent()} if provider == "edgar" else {}
        try:
            ask = Ask(url=url, headers=headers, patience_seconds=PATIENCE_SECONDS)
            return await web.page(ask, self.door, self.egress, self.children)
        except FetchFailed as failure:
            return failure

    async def _record(self, found: Found) -> Source:
        """What a provider told as the whole content, stored like any other."""
        source = await patiently(store.keep, found.text.encode())
        await store.read(source, self.children, "record.txt")
        return source

    def _request(
        self, kind: str, role: str, content: dict[str, Any], bound: Bound = NOTHING
    ) -> Request:
        """Copies of a run share the seed; whoever may reach less must not find more."""
        scope = {"seed": str(self.brief.seed), "egress": self.egress.model_dump(mode="json")}
        return Request(kind=kind, role=role, content={**scope, **content}, bound=bound)


def is_lasting(failure: FetchFailed) -> bool:
    """Whether another try would surely end the same way."""
    if failure.status:
        return failure.status < 500 and failure.status not in BUSY
    return any(word in failure.code for word in ("blocked", "bad_url", "own_host", "disallowed"))


def rejection(found: Found, code: str, detail: str) -> Rejection:
    return Rejection(name=found.title or found.url, code=code, detail=detail, url=found.url)


def source_ref(found: Found, source: Source) -> SourceRef:
    """The source under its record's facts; what the record does not tell, the page does."""
    is_page = found.kind is not Kind.DATA and not found.doi and source.url
    return SourceRef(
        key=f"s-{source.sha256[:8]}",
        id=source.pk,
        name=named(found, source),
        title=named(found, source),
        author=", ".join(found.authors)[:500] or source.author,
        url=source.url if is_page else found.url,
        canonical_url=source.canonical_url,
        site=source.site,
        doi=found.doi or source.doi,
        media_type=source.media_type,
        language=found.language or source.language,
        pages=source.pages_count,
        characters=source.characters,
        sha256=source.sha256,
        fetched_at=source.fetched_at,
        published_on=found.published_on or source.published_on,
        as_of=source.as_of or found.published_on,
        provider=found.provider,
        kind=found.kind,
        publisher=found.publisher or source.site or host_of(source.url or found.url),
        is_retracted=found.is_retracted,
    )


def named(found: Found, source: Source) -> str:
    """Its title: of the record, else of the page, else its address."""
    told = found.title if found.provider != "url_list" else ""
    return (told or source.title or found.url)[:500]


def _source(pk: str) -> Source | None:
    return Source.objects.filter(pk=pk).first()
