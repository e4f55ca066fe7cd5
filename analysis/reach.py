"""How far out an analysis may reach: what a user asks for, checked before anything is stored."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings

from analysis.sources import providers
from analysis.sources.door.policy import check_egress
from analysis.sources.door.types import FetchFailed
from analysis.sources.door.urls import target_of
from analysis.web_types import Egress, EgressMode
from researcher.kit.refusal import Refusal

MOST_HOSTS, MOST_URLS = 100, 100
HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]")
ORDER = (EgressMode.DOCUMENTS, EgressMode.HOSTS, EgressMode.WEB)


class Reach(NamedTuple):
    """Where an analysis may go, which providers it asks (none: all), what it reads in any case."""

    egress: Egress = Egress()
    providers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


NOTHING = Reach()


def checked(
    *,
    mode: str = EgressMode.DOCUMENTS,
    hosts: Sequence[str] = (),
    names: Sequence[str] = (),
    urls: Sequence[str] = (),
) -> Reach:
    """The reach as it was asked for.

    Raises Refusal (egress_not_allowed, hosts_required, hosts_unused, bad_host, egress_required,
    unknown_provider, provider_off, bad_url, url_not_allowed, too_many_hosts, too_many_urls).
    """
    egress = Egress(mode=EgressMode(mode), hosts=_hosts(hosts))
    _check_mode(egress, names, urls)
    _check_names(names)
    for url in _few("urls", urls, MOST_URLS):
        _check_url(url, egress)
    return Reach(egress, tuple(dict.fromkeys(names)), tuple(dict.fromkeys(urls)))


def reached(given: Mapping[str, Any], before: Reach = NOTHING) -> Reach:
    """The reach that a request gives; what it does not say is as it was before.

    Raises Refusal as `checked`.
    """
    egress = given.get("egress") or before.egress.model_dump()
    if not {"egress", "providers", "urls"} & set(given):
        return before
    return checked(
        mode=egress["mode"],
        hosts=egress["hosts"],
        names=given.get("providers", before.providers),
        urls=given.get("urls", before.urls),
    )


def within(egress: Egress) -> Egress:
    """The egress, or none at all where this deployment has come to allow less."""
    return egress if _is_allowed(egress.mode) else Egress()


def _is_allowed(mode: EgressMode) -> bool:
    return ORDER.index(mode) <= ORDER.index(EgressMode(settings.EGRESS))


def _check_mode(egress: Egress, names: Sequence[str], urls: Sequence[str]) -> None:
    mode = egress.mode
    if not _is_allowed(mode):
        detail = f"This server lets no analysis reach further than “{settings.EGRESS}”."
        raise Refusal("egress_not_allowed", detail)
    if mode is EgressMode.HOSTS and not egress.hosts:
        raise Refusal("hosts_required", "The mode “hosts” needs the hosts that may be reached.")
    if mode is not EgressMode.HOSTS and egress.hosts:
        detail = f"Hosts are for the mode “hosts”; this is “{mode}”. Change the mode or leave them."
        raise Refusal("hosts_unused", detail)
    if mode is EgressMode.DOCUMENTS and (names or urls):
        detail = "Providers and urls need the egress mode “hosts” or “web”; this is “documents”."
        raise Refusal("egress_required", detail)


def _hosts(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_host, _few("hosts", given, MOST_HOSTS))))


def _host(given: str) -> str:
    """A host name in lower-case ASCII, as it is looked up."""
    try:
        host = given.strip().lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not HOST.fullmatch(host):
        detail = (
            f"{given[:80]!a} is no host: give a name such as example.com, without scheme, port"
            " or path; its subdomains are included."
        )
        raise Refusal("bad_host", detail)
    return host


def _check_names(names: Iterable[str]) -> None:
    there = providers.available()
    for name in names:
        if name not in providers.PROVIDERS:
            known = ", ".join(providers.PROVIDERS)
            detail = f"There is no provider {name[:40]!a}. There are: {known}."
            raise Refusal("unknown_provider", detail)
        if name not in there:
            detail = f"The provider {name} is not set up here. There are: {', '.join(there)}."
            raise Refusal("provider_off", detail)


def _check_url(url: str, egress: Egress) -> None:
    try:
        target = target_of(url)
    except FetchFailed as failed:
        raise Refusal("bad_url", f"{url[:100]!a}: {failed.detail}") from None
    try:
        check_egress(target.host, egress)
    except FetchFailed:
        detail = f"{target.host} is not among the hosts that this analysis may reach: add it."
        raise Refusal("url_not_allowed", detail) from None


def _few(what: str, given: Sequence[str], most: int) -> Sequence[str]:
    if len(given) > most:
        raise Refusal(f"too_many_{what}", f"These are {len(given)} {what}; at most {most} go.")
    return given
