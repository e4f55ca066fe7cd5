"""What the door allows and how it behaves: numbers and names, from the settings or a test."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from analysis.sources.door.addresses import Network
from analysis.sources.door.types import Egress, EgressMode, FetchFailed
from analysis.sources.door.urls import Target

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Policy:
    """Times are in seconds, sizes in bytes; `patience` is for a whole fetch with its waiting."""

    user_agent: str
    inside: tuple[Network, ...] = ()  # networks that are allowed although they are not public
    own_hosts: tuple[str, ...] = ()  # as in ALLOWED_HOSTS: ".example.org" has its subdomains
    every_seconds: float = 1.0
    seconds: float = 30.0  # one exchange: connect, ask, and all of the answer
    patience: float = 120.0
    attempts: int = 3
    first_pause: float = 0.5
    redirects: int = 5
    most_bytes: int = 10 * MEGABYTE
    robots_seconds: float = 6 * 3600.0
    connections: int = 100

    @property
    def robot(self) -> str:
        """The name that robots.txt knows us by: the product in the user agent."""
        return self.user_agent.partition("/")[0].strip()

    def check(self, target: Target, egress: Egress) -> None:
        """Raises FetchFailed (egress_blocked, fetch_own_host)."""
        check_egress(target.host, egress)
        if any(is_host(target.host, own) for own in self.own_hosts):
            detail = f"{target.host} is this service itself, which is no source."
            raise FetchFailed("fetch_own_host", detail)


def check_egress(host: str, egress: Egress) -> None:
    if egress.mode == EgressMode.DOCUMENTS:
        detail = f"{host} was not asked: this analysis uses documents only."
        raise FetchFailed("egress_blocked", detail)
    if egress.mode == EgressMode.HOSTS and not any(is_under(host, one) for one in egress.hosts):
        detail = f"{host} was not asked: it is not among the hosts of this analysis."
        raise FetchFailed("egress_blocked", detail)


def is_under(host: str, listed: str) -> bool:
    """Whether a host is the listed one or below it."""
    listed = listed.strip().lower().strip(".")
    return bool(listed) and (host == listed or host.endswith(f".{listed}"))


def is_host(host: str, pattern: str) -> bool:
    """As Django reads ALLOWED_HOSTS; "*" names none that is known to be ours."""
    pattern = pattern.lower().strip("[]")
    if pattern.startswith("."):
        return is_under(host, pattern)
    return host == pattern


def host_of(origin: str) -> str:
    """The host of "https://host:port"."""
    return urlsplit(origin).hostname or ""
