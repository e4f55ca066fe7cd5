"""Addresses of the web, parsed once: what is vetted is what is asked for."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import httpx2

from analysis.sources.door.types import FetchFailed

LONGEST = 8000
PORTS = {"http": 80, "https": 443}
NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?")
IPV6 = re.compile(r"[0-9a-f:.]+(%[0-9a-z]+)?")
AUTHORITY = re.compile(r"^([a-z]+://)([^/?#]*)", re.I)
# What would move the end of the host name if it came out of a compatible form of a letter.
DELIMITERS = frozenset("/?#@:[]\\")


@dataclass(frozen=True)
class Target:
    """Where one request goes. `host` is lower-case ASCII, without brackets and final dot."""

    scheme: str
    host: str
    port: int
    path: str
    url: str

    @property
    def is_usual_port(self) -> bool:
        return self.port == PORTS[self.scheme]

    @cached_property
    def place(self) -> str:
        """The host, with its port unless it is the usual one: what is spared."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.is_usual_port else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    def beside(self, path: str) -> "Target":
        """Another path of the same server."""
        return Target(
            self.scheme, self.host, self.port, path, f"{self.scheme}://{self.place}{path}"
        )


def target_of(url: str) -> Target:
    """The parts of an address. Raises FetchFailed (fetch_bad_url), which never repeats it."""
    if len(url) > LONGEST:
        raise _bad(f"It has {len(url):,} characters; at most {LONGEST:,} are taken.")
    try:
        parsed = httpx2.URL(_plain(url.strip(" ")))
    except httpx2.InvalidURL:
        raise _bad("It cannot be read as an address of the web.") from None
    return _target(parsed)


def joined(base: Target, location: str) -> Target:
    """Where a redirect leads. Raises FetchFailed (fetch_bad_url)."""
    try:
        return _target(httpx2.URL(base.url).join(_plain(location.strip(" "))))
    except httpx2.InvalidURL:
        raise _bad("A redirect leads to what is no address of the web.") from None


def _target(parsed: httpx2.URL) -> Target:
    if parsed.scheme not in PORTS:
        raise _bad("Only http:// and https:// are fetched.")
    if parsed.userinfo:
        raise _bad("It carries a user name or password, which are never sent.")
    host = parsed.raw_host.decode("ascii").lower()
    if not (IPV6 if ":" in host else NAME).fullmatch(host) or ".." in host:
        raise _bad("It has no host name that could be looked up.")
    port = parsed.port or PORTS[parsed.scheme]
    if parsed.port == 0 or port > 65_535:
        raise _bad("Its port is no port.")
    path = parsed.raw_path.decode("ascii") or "/"
    bare = Target(parsed.scheme, host.rstrip("."), port, path, "")
    return bare.beside(path)


def _plain(url: str) -> str:
    """The address with the host name in plain letters: full-width digits are digits."""
    found = AUTHORITY.match(url)
    if not found or found[2].isascii():
        return url
    plain = unicodedata.normalize("NFKC", found[2])
    if DELIMITERS & (set(plain) - set(found[2])):
        raise _bad("Its host name has letters that turn into delimiters.")
    return f"{found[1]}{plain}{url[found.end() :]}"


def _bad(why: str) -> FetchFailed:
    return FetchFailed("fetch_bad_url", f"The address is not fetched. {why}")
