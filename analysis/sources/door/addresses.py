"""Which addresses are the public internet, judged by where a packet would really arrive."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Not public although Python calls them global: services of clouds, which give away credentials
# (Azure, Oracle, Alibaba), and the addresses of one site that IPv6 no longer has.
ALSO_PRIVATE = tuple(
    map(ip_network, ("168.63.129.16/32", "192.0.0.0/24", "100.100.100.200/32", "fec0::/10"))
)
# IPv6 that carries an IPv4 address: the network, and how many bits stand behind that address.
CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated (SIIT)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("::/96"), 0),  # compatible
    (IPv6Network("2002::/16"), 80),  # 6to4
)
# The lower half of an ISATAP address begins so and ends with an IPv4 address.
ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def address_of(text: str) -> Address | None:
    """The address, or None for what is none; a zone ("%eth0") belongs to no public address."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def carried(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where it has one; else itself."""
    if isinstance(address, IPv4Address):
        return address
    number = int(address)
    if number > 1:  # :: and ::1 are no IPv4 addresses
        for network, behind in CARRIERS:
            if address in network:
                return IPv4Address(number >> behind & 0xFFFFFFFF)
    if number >> 32 & 0xFFFFFFFF in ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether everybody on the internet reaches the same machine by this address."""
    inner = carried(address)
    if isinstance(address, IPv6Address) and address.scope_id:
        return False
    return (
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not _is_in(inner, ALSO_PRIVATE)
    )


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether the operator named it: itself, or the IPv4 address that it carries."""
    return _is_in(address, networks) or _is_in(carried(address), networks)


def parsed(texts: Iterable[str]) -> Iterator[Address | None]:
    return map(address_of, texts)


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
