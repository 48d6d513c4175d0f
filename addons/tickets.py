"""TLS session tickets follow the client's first bytes instead of racing with them.

A TLS 1.3 server may send tickets once the handshake is over (RFC 8446 §4.6.1), and
mitmproxy does at once. A client that has one thread reading and another writing, as
Python's `websockets.sync` and the SDKs built on it, is then busy with a ticket just as it
writes its first request. OpenSSL does not allow two threads on one connection: the request
may be written into a buffer that is thrown away, and both sides wait for ever. Before a
distant service the ticket comes after the request; before a proxy nearby, one opening
handshake of a WebSocket in some hundreds was lost.

So the tickets stay where OpenSSL has put them until something has arrived, or is to be
sent: a client that waits for an answer writes nothing meanwhile. A message less on the
wire, too.

`mend` works in the launcher and in a stock mitmdump alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from mitmproxy import version
from mitmproxy.proxy import layer
from mitmproxy.proxy.layers.tls import ClientTLSLayer
from mitmproxy.proxy.tunnel import TunnelState

from addons.levers.patch import Patch, put

__all__ = ["NEEDED", "mend"]

logger = logging.getLogger("jauge.edge")

NEEDED = frozenset({"12.2.3"})
"""mitmproxy versions that need the mending and that it was tested on."""

type Commands = layer.CommandGenerator[None]


def mend(running: str = version.VERSION) -> list[Patch]:
    """Apply to this process; returns what undoes it. Other versions are left as they are."""
    if running not in NEEDED:
        logger.warning("session tickets not held back: unknown mitmproxy %s", running)
        return []
    return put((Patch(ClientTLSLayer, "tls_interact", _interacting(ClientTLSLayer.tls_interact)),))


def _interacting(
    original: Callable[[ClientTLSLayer], Commands],
) -> Callable[[ClientTLSLayer], Commands]:
    def tls_interact(self: ClientTLSLayer) -> Commands:
        return _nothing() if _only_tickets(self) else original(self)

    return tls_interact


def _only_tickets(self: ClientTLSLayer) -> bool:
    """Whether the handshake has ended in this very moment.

    In TLS 1.3 the client's Finished is its last message: what then waits to be sent are
    tickets. (In TLS 1.2 it is our own Finished.)
    """
    return (
        self.tunnel_state is TunnelState.ESTABLISHING
        and self.conn.timestamp_tls_setup is not None
        and self.conn.tls_version == "TLSv1.3"
    )


def _nothing() -> Commands:
    yield from ()
