"""What an HTTP/2 end has no window for does not pile up without a bound.

mitmproxy tells HTTP/2 ends to send all they have, and keeps what the other end's window does
not allow to be passed on: a client that asks for a large file and reads none of it fills the
worker's memory with all of it. Here, what comes from one end waits, once MOST_BYTES are kept
for another. Streams that share the connection wait too, so that the bound is high, and each
read for WAIT_S at the most: two ends that wait for each other go on, slowly.

`mend` works in the launcher and in a stock mitmdump alike, after that of `duplex`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from weakref import WeakValueDictionary

from mitmproxy import version
from mitmproxy.connection import Connection
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http._http2 import Http2Connection
from mitmproxy.proxy.server import ConnectionHandler

from addons.levers.patch import Patch, put

__all__ = ["MOST_BYTES", "NEEDED", "mend"]

logger = logging.getLogger("jauge.edge")

NEEDED = frozenset({"12.2.3"})
"""mitmproxy versions that need the mending and that it was tested on."""
MOST_BYTES = 32 * 1024 * 1024
"""Bytes that may be kept for one end, all its streams together."""
WAIT_S = 60.0
"""How long, in seconds, one read may wait for room."""
PAUSE_S = 0.02
"""How often, in seconds, it is looked whether there is room again."""

type Drain = Callable[[ConnectionHandler], Awaitable[None]]
type Ends = WeakValueDictionary[str, Http2Connection]


def mend(running: str = version.VERSION) -> list[Patch]:
    """Apply to this process; returns what undoes it. Other versions are left as they are."""
    if running not in NEEDED:
        logger.warning("HTTP/2 windows not minded: unknown mitmproxy %s", running)
        return []
    ends: Ends = WeakValueDictionary()
    return put(
        (
            Patch(Http2Connection, "__init__", _noting(Http2Connection.__init__, ends)),
            Patch(ConnectionHandler, "drain_writers", _waiting(_original(), ends)),
        )
    )


def _original() -> Drain:
    drain: Drain = ConnectionHandler.drain_writers
    return drain


def _noting(
    original: Callable[[Http2Connection, Context, Connection], None], ends: Ends
) -> Callable[[Http2Connection, Context, Connection], None]:
    """`Http2Connection.__init__`, which makes the connection's HTTP/2 side known."""

    def noted(self: Http2Connection, context: Context, conn: Connection) -> None:
        original(self, context, conn)
        ends[conn.id] = self

    return noted


def _waiting(original: Drain, ends: Ends) -> Drain:
    """`ConnectionHandler.drain_writers`, which is called after each read by its task."""

    async def drain_writers(self: ConnectionHandler) -> None:
        await original(self)
        if not ends or not _is_full(self, ends):  # without HTTP/2 there is nothing to look at
            return
        until = monotonic() + WAIT_S
        while monotonic() < until and _is_full(self, ends):  # noqa: ASYNC110 - mitmproxy's own
            await asyncio.sleep(PAUSE_S)

    return drain_writers


def _is_full(handler: ConnectionHandler, ends: Ends) -> bool:
    """Whether too much is kept for an end other than that which is read from now."""
    reading = asyncio.current_task()
    for conn, io in handler.transports.items():
        end = ends.get(conn.id)
        if end is not None and io.handler is not reading and _kept_bytes(end) > MOST_BYTES:
            return True
    return False


def _kept_bytes(end: Http2Connection) -> int:
    buffers = end.h2_conn.stream_buffers
    return sum(len(piece.data) for pieces in buffers.values() for piece in pieces)
