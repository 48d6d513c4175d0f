"""Listening addresses and client networks, as the configuration writes them."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

__all__ = [
    "Address",
    "AddressError",
    "Network",
    "is_loopback",
    "parse_address",
    "parse_network",
]

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressError(ValueError):
    """No address or network; the message is the remedy."""


class Address(NamedTuple):
    """A host (without brackets) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """As the configuration writes it, IPv6 in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """The address in `host:port`; IPv6 hosts stand in brackets. Raises AddressError."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or (":" in host and not bracketed):
        raise AddressError('Write an address and a port, as in 127.0.0.1:8080 or "[::1]:8080".')
    if host in ("", "*"):
        raise AddressError("For every address of this machine, write 0.0.0.0 before the port.")
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise AddressError("Give a port between 0 and 65535 (0: any free one).")
    return Address(host[1:-1] if bracketed else host, int(port))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_network(text: str) -> Network:
    """The network in CIDR notation; a lone address is a network of one. Raises AddressError."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise AddressError("Write a network as in 10.20.0.0/16 or 2001:db8::/32.") from None
    raise AddressError(f"Its host bits are set: write {meant}.")
