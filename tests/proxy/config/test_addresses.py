from __future__ import annotations

import pytest

from proxy.config import Address, AddressError, is_loopback, parse_address
from proxy.config.addresses import parse_network


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("[::1]:9464", "::1", 9464),
        ("localhost:0", "localhost", 0),
        ("0.0.0.0:65535", "0.0.0.0", 65535),
    ],
)
def test_an_address_is_read_and_written_alike(text: str, host: str, port: int) -> None:
    assert parse_address(text) == Address(host, port)
    assert str(parse_address(text)) == text


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("8080", "Write an address and a port"),
        ("::1:8080", "Write an address and a port"),
        (":8080", "write 0.0.0.0 before the port"),
        ("*:8080", "write 0.0.0.0 before the port"),
        ("127.0.0.1:65536", "between 0 and 65535"),
        ("127.0.0.1:http", "between 0 and 65535"),
        ("127.0.0.1:²", "between 0 and 65535"),
        ("127.0.0.1:", "between 0 and 65535"),
    ],
)
def test_what_is_no_address_says_how_to_write_one(text: str, remedy: str) -> None:
    with pytest.raises(AddressError, match=remedy):
        parse_address(text)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("proxy.example", False),
    ],
)
def test_loopback(host: str, *, local: bool) -> None:
    assert is_loopback(host) is local


def test_a_lone_address_is_a_network_of_one() -> None:
    assert str(parse_network("10.0.0.7")) == "10.0.0.7/32"


def test_host_bits_are_refused_with_the_network_that_was_meant() -> None:
    with pytest.raises(AddressError, match=r"write 10\.1\.0\.0/16"):
        parse_network("10.1.2.3/16")


def test_no_network_at_all() -> None:
    with pytest.raises(AddressError, match="Write a network as in"):
        parse_network("the ground floor")
