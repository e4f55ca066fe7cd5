"""What the host of a page tells about it: a first word on its kind, and who publishes there."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from analysis.sources.providers.types import Kind

OFFICIAL = re.compile(
    r"(?:^|\.)(?:gov|mil|int|gouv\.fr|gc\.ca|europa\.eu|bund\.de|admin\.ch|un\.org|oecd\.org"
    r"|imf\.org|worldbank\.org|gov?\.[a-z]{2}|govt\.nz|go\.[a-z]{2}|gob\.[a-z]{2})$"
)
SCHOLARLY = re.compile(
    r"(?:^|\.)(?:doi\.org|arxiv\.org|ncbi\.nlm\.nih\.gov|nature\.com|science\.org|springer\.com"
    r"|sciencedirect\.com|plos\.org|biorxiv\.org|medrxiv\.org|ssrn\.com)$"
)
REFERENCE = re.compile(r"(?:^|\.)(?:wikipedia\.org|britannica\.com)$")
# An engine takes so many words; what is outside the hosts is rejected by the door in any case.
MOST_SITES, LONGEST_SITES = 8, 200
KINDS = ((Kind.SCHOLARLY, SCHOLARLY), (Kind.OFFICIAL, OFFICIAL), (Kind.REFERENCE, REFERENCE))


def host_of(url: str) -> str:
    """The host of an address without "www."; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def on_hosts(hosts: Sequence[str]) -> str:
    """What limits a query of a search engine to pages of some hosts; "" without any.

    Of too many the last are left out.
    """
    sites = [f"site:{host}" for host in hosts[:MOST_SITES]]
    while len(" OR ".join(sites)) > LONGEST_SITES:
        sites.pop()
    joined = " OR ".join(sites)
    return f" ({joined})" if len(sites) > 1 else f" {joined}" if sites else ""


def kind_of(url: str) -> Kind:
    host = host_of(url)
    return next((kind for kind, hosts in KINDS if hosts.search(host)), Kind.WEB)
