from ipaddress import IPv4Address, IPv6Address

import pytest

from proxy.networks import Networks, parse_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1.2.3", IPv4Address("10.1.2.3")),
        ("::ffff:10.1.2.3", IPv4Address("10.1.2.3")),
        ("fe80::1%eth0", IPv6Address("fe80::1")),
        ("2001:db8::1", IPv6Address("2001:db8::1")),
        ("mairie.example", None),
        ("", None),
        ("10.1.2", None),
    ],
)
def test_parse_address(text: str, expected: object) -> None:
    assert parse_address(text) == expected


def test_the_longest_prefix_wins_whatever_the_order() -> None:
    networks = Networks(
        [("10.0.0.0/8", "all"), ("10.1.0.0/16", "town"), ("10.1.2.0/24", "hall"), ("::/0", "six")]
    )
    found = {
        text: networks.find(parse_address(text))
        for text in ("10.1.2.3", "10.1.3.3", "10.9.9.9", "11.0.0.1", "2001:db8::9")
    }
    assert found == {
        "10.1.2.3": "hall",
        "10.1.3.3": "town",
        "10.9.9.9": "all",
        "11.0.0.1": None,
        "2001:db8::9": "six",
    }


def test_host_bits_are_ignored_and_a_lone_address_is_a_network() -> None:
    networks = Networks([("192.0.2.77/24", "net"), ("198.51.100.7", "one")])
    assert networks.find(parse_address("192.0.2.1")) == "net"
    assert networks.find(parse_address("198.51.100.7")) == "one"
    assert networks.find(parse_address("198.51.100.8")) is None


def test_the_first_of_two_equal_networks_stays() -> None:
    networks = Networks([("10.0.0.0/8", "first"), ("10.0.0.0/8", "second")])
    assert networks.find(parse_address("10.0.0.1")) == "first"


def test_the_whole_of_ipv4_does_not_hold_ipv6() -> None:
    networks = Networks([("0.0.0.0/0", True)])
    assert networks.find(parse_address("203.0.113.1")) is True
    assert networks.find(parse_address("2001:db8::1")) is None


def test_empty_and_unknown() -> None:
    assert not Networks[str]()
    assert Networks([("10.0.0.0/8", 1)])
    assert Networks([("10.0.0.0/8", 1)]).find(None) is None


def test_text_that_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/33"):
        Networks([("10.0.0.0/33", 1)])
