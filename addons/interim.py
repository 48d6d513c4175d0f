"""Interim answers of HTTP/1 services (103 Early Hints, 102, an unasked 100) travel on.

mitmproxy 12.2.3 takes the first of them for the answer and then, when the real one comes,
closes the connection: the client waits for ever. Here they are passed to HTTP/1.1 clients
as they came (RFC 9110 §15.2: a proxy must forward them) and dropped for HTTP/2 clients and
HTTP/1.0 ones, as mitmproxy does with those of HTTP/2 services. 101 is no interim answer.

`mend` works in the launcher and in a stock mitmdump alike.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator

from h11._receivebuffer import ReceiveBuffer
from mitmproxy import version
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers.http._http1 import Http1Client

from addons.levers.patch import Patch, put

__all__ = ["NEEDED", "mend"]

logger = logging.getLogger("jauge.edge")

NEEDED = frozenset({"12.2.3"})
"""mitmproxy versions that need the mending and that it was tested on."""

_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d[ \r\n]")

type Read = Callable[[Http1Client, events.ConnectionEvent], layer.CommandGenerator[None]]


def mend(running: str = version.VERSION) -> list[Patch]:
    """Apply to this process; returns what undoes it. Other versions are left as they are."""
    if running not in NEEDED:
        logger.warning("interim answers not mended: unknown mitmproxy %s", running)
        return []
    return put((Patch(Http1Client, "read_headers", _reading(Http1Client.read_headers)),))


def _reading(original: Read) -> Read:
    def read_headers(
        self: Http1Client, event: events.ConnectionEvent
    ) -> layer.CommandGenerator[None]:
        if isinstance(event, events.DataReceived) and self.request:
            for head in _interim(self.buf):
                if _understands(self):
                    yield commands.SendData(self.context.client, head)
        yield from original(self, event)

    return read_headers


def _interim(buffer: ReceiveBuffer) -> Iterator[bytes]:
    """The whole interim heads at the start of what was received, taken out of it."""
    while _INTERIM.match(bytes(buffer)):
        lines = buffer.maybe_extract_lines()
        if lines is None:
            return  # the rest of it is still to come
        yield b"".join(bytes(line) + b"\r\n" for line in lines) + b"\r\n"


def _understands(self: Http1Client) -> bool:
    """Whether the client may be sent interim answers, as bytes."""
    request, client = self.request, self.context.client
    return request is not None and request.http_version == "HTTP/1.1" and client.alpn != b"h2"
