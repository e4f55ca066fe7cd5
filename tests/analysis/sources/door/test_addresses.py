"""Which addresses are public: only those by which everybody reaches the same machine."""

from ipaddress import ip_address, ip_network

import pytest

from analysis.sources.door.addresses import address_of, is_allowed, is_public

PRIVATE = """
    127.0.0.1 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1
    240.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1
    100.100.100.200 168.63.129.16 192.0.0.192
    ::1 :: ::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2002:a00:1::1
    fec0::1 fe80::1 fc00::1 fd00:ec2::254 ff02::1 ::ffff:0:127.0.0.1 ::ffff:0:a00:1
    ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2001:db8::1 2606:4700::5efe:7f00:1
    2606:4700::200:5efe:a00:1 fe80::1%eth0 64:ff9b:1::1 2001::1 ::2
""".split()  # noqa: SIM905 to be read
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_in_whatever_form(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
def test_a_network_that_is_named_is_allowed(address):
    assert is_allowed(ip_address(address), [ip_network("10.1.0.0/16")])
    assert not is_allowed(ip_address(address), [ip_network("10.2.0.0/16"), ip_network("fc00::/7")])


def test_what_is_no_address_is_none():
    assert address_of("127.1") is None
    assert address_of("example.org") is None
