"""Which network does an address belong to: a longest-prefix table, compiled once.

A town hall names some hundred networks and asks at each new connection, so the
table is one dictionary per prefix length: a look-up costs one integer mask and one
dictionary access per length in use (a handful), whatever the number of networks.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

__all__ = ["Networks", "listen_remedy", "parse_address"]

type Address = IPv4Address | IPv6Address

_REMEDIES = {
    errno.EADDRINUSE: "another program listens there. Stop it, or choose another port.",
    errno.EADDRNOTAVAIL: "this machine has no such address. Correct it, or use 0.0.0.0.",
    errno.EACCES: "ports under 1024 need the right to bind them. Choose a higher port.",
}


def listen_remedy(error: OSError) -> str:
    """Why an address cannot be listened on, and what the operator can do, as a sentence."""
    return _REMEDIES.get(error.errno or 0, f"{error.strerror or 'it cannot be opened'}.")


def parse_address(text: str) -> Address | None:
    """The address in `text`, None when it is none.

    A zone index (`fe80::1%eth0`) is dropped, and an IPv4 address mapped into IPv6 (what
    a dual-stack socket reports) is read as IPv4, so that a rule for 10.0.0.0/8 holds.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


class Networks[Value]:
    """Values by network; the longest prefix wins, the first of two equal networks stays."""

    __slots__ = ("_tables",)

    def __init__(self, pairs: Iterable[tuple[str, Value]] = ()) -> None:
        """Compile (CIDR, value) pairs. Raises ValueError for text that is no network."""
        tables: dict[tuple[int, int], dict[int, Value]] = {}
        for text, value in pairs:
            network = ip_network(text, strict=False)
            shift = network.max_prefixlen - network.prefixlen
            table = tables.setdefault((network.version, shift), {})
            table.setdefault(int(network.network_address) >> shift, value)
        self._tables = sorted(tables.items())

    def __bool__(self) -> bool:
        return bool(self._tables)

    def find(self, address: Address | None) -> Value | None:
        """The value of the smallest network that holds the address, None without one."""
        if address is None:
            return None
        number, version = int(address), address.version
        for (of_version, shift), table in self._tables:
            if of_version == version:
                value = table.get(number >> shift)
                if value is not None:
                    return value
        return None
