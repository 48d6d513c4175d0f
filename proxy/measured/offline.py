"""No network in this process, whatever a library would like to ask."""

from __future__ import annotations

import sys

__all__ = ["EVENTS", "NetworkRefusedError", "forbid_network"]

EVENTS = frozenset(
    {
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.sendto",
        "socket.sendmsg",
        "urllib.Request",
    }
)
"""Audit events by which a connection or a look-up begins (docs.python.org, audit events)."""


class NetworkRefusedError(OSError):
    """Something wanted the network."""


def forbid_network() -> None:
    """Refuse every connection and look-up from now on. Cannot be undone."""

    def hook(event: str, _: tuple[object, ...]) -> None:
        if event in EVENTS:
            raise NetworkRefusedError(f"{event} is refused: own consumption is measured offline")

    sys.addaudithook(hook)
