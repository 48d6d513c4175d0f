"""The listening sockets. They belong to the supervisor, so that they outlive every worker.

Workers inherit them and accept from the same queue: none is lost when a worker ends, and
a new one finds the connections that wait.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from proxy.config import Listener, is_loopback, parse_address
from proxy.networks import listen_remedy

__all__ = ["BACKLOG", "Sockets", "SupervisorError"]

BACKLOG = 1024
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
"""Clients that vanished without a word (a closed laptop) are noticed after two minutes.
Linux hands these options on to accepted connections."""


class SupervisorError(Exception):
    """Jauge cannot start, or cannot reload; the message says why and what to do."""


class Sockets:
    """One socket per listening address, and one for each "any free port" of the same host."""

    def __init__(self) -> None:
        self._open: dict[str, socket.socket] = {}
        """By name: see `_named`."""

    def prepare(self, listeners: Iterable[Listener]) -> list[str]:
        """Open what is not open yet; the names of those that were opened.

        Raises SupervisorError, and opens none, when one of them cannot be had.
        """
        added: list[str] = []
        for name, listener in _named(listeners):
            if name in self._open:
                continue
            try:
                self._open[name] = _listen(listener.listen)
            except OSError as error:
                self.close(added)
                raise SupervisorError(_refusal(listener.listen, error)) from None
            added.append(name)
        return added

    def retain(self, listeners: Iterable[Listener]) -> None:
        """Close every address that is none of these."""
        wanted = {name for name, _ in _named(listeners)}
        self.close([name for name in self._open if name not in wanted])

    def close(self, names: Iterable[str] | None = None) -> None:
        """Close these, or all."""
        for name in list(self._open if names is None else names):
            self._open.pop(name).close()

    def descriptors(self, listeners: Sequence[Listener]) -> list[tuple[int, int]]:
        """(listener index, file descriptor) of each listener."""
        return [(i, self._open[name].fileno()) for i, (name, _) in enumerate(_named(listeners))]

    def addresses(self, listeners: Iterable[Listener]) -> list[tuple[str, int]]:
        """Host and port where each listener really listens."""
        return [self._open[name].getsockname()[:2] for name, _ in _named(listeners)]


def _named(listeners: Iterable[Listener]) -> Iterator[tuple[str, Listener]]:
    """Each listener with a name of its own: its address, numbered where that stands again."""
    seen: Counter[str] = Counter()
    for listener in listeners:
        seen[listener.listen] += 1
        again = f" ({seen[listener.listen]})" if seen[listener.listen] > 1 else ""
        yield f"{listener.listen}{again}", listener


def _listen(text: str) -> socket.socket:
    address = parse_address(text)
    family, _, _, _, target = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE:
            if hasattr(socket, name):
                listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        if family == socket.AF_INET6:
            only = 1 if is_loopback(address.host) else 0  # [::] serves IPv4 as well
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
        listening.bind(target)
        listening.listen(BACKLOG)
        listening.setblocking(False)  # noqa: FBT003 - its signature
    except OSError:
        listening.close()
        raise
    return listening


def _refusal(address: str, error: OSError) -> str:
    return f"listen on {address}: {listen_remedy(error)}"
