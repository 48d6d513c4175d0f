"""Serving on sockets that the supervisor has opened.

mitmproxy opens its own. Here each of its mode servers gets an inherited socket instead,
so that several workers share one address, and an address survives its workers.

A worker that stops closes its own copy only: connections that wait in the socket's queue
go to the other workers.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.mode_servers import AsyncioServerInstance
from mitmproxy.proxy.mode_specs import ProxyMode

from addons.parent import Parent, ReverseThroughParent
from proxy.config import Address, Config, Listener

__all__ = ["InheritedServer", "ListenError", "Place", "inherit", "mode_of", "with_addresses"]

BACKLOG = 1024
"""Connections that may wait to be accepted; the kernel's own limit is often 4096."""


class ListenError(ValueError):
    """A listener that cannot be served; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Place:
    """A listener of the configuration and the socket that serves it."""

    listener: Listener
    socket: socket.socket

    @property
    def address(self) -> Address:
        """Where the socket really listens."""
        host, port, *_ = self.socket.getsockname()
        return Address(host, port)


def inherit(text: str, listeners: Sequence[Listener]) -> tuple[Place, ...]:
    """The places in `[[listener index, file descriptor], …]`. Raises ListenError."""
    try:
        pairs = json.loads(text)
        return tuple(Place(listeners[index], socket.socket(fileno=fd)) for index, fd in pairs)
    except (ValueError, TypeError, LookupError, OSError) as error:
        raise ListenError(f"--sockets: no list of listeners and sockets ({error})") from None


def mode_of(place: Place, parent: Parent | None) -> str:
    """A listener as a mode of mitmproxy, which also names its address.

    Raises ListenError for a target that mitmproxy cannot stand before.
    """
    listener = place.listener
    if listener.mode == "reverse":
        head = f"reverse:{(listener.target or '').rstrip('/')}"
    else:
        head = f"upstream:{parent.url}" if parent else "regular"
    spec = f"{head}@{place.address.host}:{place.address.port}"
    try:
        ProxyMode.parse(spec)
    except ValueError:
        raise ListenError(
            f"edge.listeners: {listener.listen}: expected a target without a path, "
            "as https://api.openai.com; clients add the path to this listener's address."
        ) from None
    return spec


def with_addresses(config: Config, places: Iterable[Place]) -> Config:
    """The configuration with real ports where it says 0 (any free one)."""
    real = {place.listener: str(place.address) for place in places}

    def named(listener: Listener) -> Listener:
        if not listener.listen.endswith(":0"):
            return listener
        return msgspec.structs.replace(listener, listen=real.get(listener, listener.listen))

    edge = msgspec.structs.replace(
        config.settings.edge,
        listeners=tuple(named(one) for one in config.listeners),
        listen=None,
        mode="explicit",
        target=None,
    )
    return replace(config, settings=msgspec.structs.replace(config.settings, edge=edge))


class InheritedServer(Proxyserver):
    """mitmproxy's server addon, on given sockets."""

    name = "proxyserver"

    def __init__(self, places: Sequence[Place], parent: Parent | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._places = {mode_of(place, parent): place for place in places}
        self._parent = parent

    @property
    def modes(self) -> list[str]:
        """The modes of all listeners, for mitmproxy's option `mode`."""
        return list(self._places)

    async def setup_servers(self) -> bool:
        """Begin to accept on every socket."""
        for spec, place in self._places.items():
            instance: AsyncioServerInstance[ProxyMode] = AsyncioServerInstance.make(spec, self)
            # Functions of the instance, not of a subclass: mitmproxy registers subclasses.
            instance.listen = partial(_listen, instance, place.socket)  # type: ignore[method-assign, assignment]
            if self._parent and place.listener.mode == "reverse":
                instance.make_top_layer = partial(_reverse, self._parent)  # type: ignore[method-assign]
            self.servers._instances[instance.mode] = instance  # noqa: SLF001 - no public way in
            await instance.start()
        return True

    async def close_listeners(self) -> None:
        """Accept no more; live connections go on."""
        await self.servers.update([])


async def _listen(
    instance: AsyncioServerInstance[ProxyMode], given: socket.socket, host: str, port: int
) -> list[asyncio.Server]:
    """`AsyncioServerInstance.listen`, on a socket that is already bound (TCP only)."""
    del host, port
    return [await asyncio.start_server(instance.handle_stream, sock=given, backlog=BACKLOG)]


def _reverse(parent: Parent, context: Context) -> Layer:
    """The top layer of a reverse listener that goes through a parent."""
    top = ReverseThroughParent(context)
    top.parent = parent
    return top
