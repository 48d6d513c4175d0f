"""Each direction of a connection flows by itself: reading from one end waits for the others.

mitmproxy reads no further, from either end, while anything that it has written is not yet
taken. A client that sends all it has before it reads, and a service that answers meanwhile,
then wait for each other for ever, where without a proxy in between they do not: the client's
answer fills its buffers, and because it does, nobody reads what the client sends.

Here, what was read from one end waits until the *other* ends have taken what was written to
them. Its own end has to only when more than OWN_BYTES wait for it, which relaying never
leads to, so that a client which asks without end and never listens cannot fill the memory.

`mend` works in the launcher and in a stock mitmdump alike.
"""

from __future__ import annotations

import asyncio
import logging

from mitmproxy import version
from mitmproxy.proxy.server import ConnectionHandler, ConnectionIO

from addons.levers.patch import Patch, put

__all__ = ["NEEDED", "OWN_BYTES", "mend"]

logger = logging.getLogger("jauge.edge")

NEEDED = frozenset({"12.2.3"})
"""mitmproxy versions that need the mending and that it was tested on."""
OWN_BYTES = 32 * 1024 * 1024
"""Bytes that may wait for an end that is still read from: far more than relaying leaves
there, which stops at asyncio's 64 KiB and one read more for each connection that writes."""


def mend(running: str = version.VERSION) -> list[Patch]:
    """Apply to this process; returns what undoes it. Other versions are left as they are."""
    if running not in NEEDED:
        logger.warning("directions not separated: unknown mitmproxy %s", running)
        return []
    return put((Patch(ConnectionHandler, "drain_writers", _drain_writers),))


async def _drain_writers(self: ConnectionHandler) -> None:
    """`ConnectionHandler.drain_writers`, which is called after each read by its task."""
    reading = asyncio.current_task()
    for io in list(self.transports.values()):
        if io.handler is not reading or _waiting_bytes(io) > OWN_BYTES:
            await _drain(io)


async def _drain(io: ConnectionIO) -> None:
    if io.writer is None:
        return
    try:
        await io.writer.drain()
    except OSError as error:
        if io.handler is not None:
            io.handler.cancel(f"Error sending data: {error}")


def _waiting_bytes(io: ConnectionIO) -> int:
    """Bytes written to an end that its socket has not taken; 0 where nobody tells (UDP)."""
    writer = io.writer
    if not isinstance(writer, asyncio.StreamWriter):
        return 0
    return writer.transport.get_write_buffer_size()
