"""What the host of a page tells about it: a first word on its kind, and who publishes there."""

import re
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
KINDS = ((Kind.SCHOLARLY, SCHOLARLY), (Kind.OFFICIAL, OFFICIAL), (Kind.REFERENCE, REFERENCE))


def host_of(url: str) -> str:
    """The host of an address without "www."; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def kind_of(url: str) -> Kind:
    host = host_of(url)
    return next((kind for kind, hosts in KINDS if hosts.search(host)), Kind.WEB)
