"""HTTP/1 trailers travel on instead of hanging the client.

mitmproxy 12.2.3 raises NotImplementedError in the middle of a connection when it reads
trailers after a chunked body, and neither side hears any more of it; trailers of an
HTTP/2 service towards an HTTP/1 client end the same way. Here they are read, given to
the flow, and sent on where the message that goes out is chunked; elsewhere HTTP/1 has no
place for them and they are dropped, as RFC 9110 §6.5 allows.

`mend` works in the launcher and in a stock mitmdump alike, with the levers or without.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import h11
from h11._readers import ChunkedReader
from h11._receivebuffer import ReceiveBuffer
from mitmproxy import http, version
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http._base import HttpEvent, ReceiveHttp
from mitmproxy.proxy.layers.http._events import (
    RequestEndOfMessage,
    RequestTrailers,
    ResponseEndOfMessage,
    ResponseTrailers,
)
from mitmproxy.proxy.layers.http._http1 import Http1Client, Http1Connection, Http1Server

from addons.levers.patch import Patch, put

__all__ = ["NEEDED", "mend"]

logger = logging.getLogger("jauge.edge")

NEEDED = frozenset({"12.2.3"})
"""mitmproxy versions that need the mending and that it was tested on."""

_NEVER = frozenset(
    {
        *(b"connection", b"content-encoding", b"content-length", b"content-type", b"host"),
        *(b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)
"""Fields that say how a message is framed or routed: a trailer must not hold them (RFC 9110
§6.5.1), and a service that reads them there could be made to see two messages."""

_END = b"0\r\n\r\n"
"""The last chunk without trailers, as mitmproxy writes it."""

type Commands = layer.CommandGenerator[None]


class TrailerReader(ChunkedReader):
    """Reads a chunked body and keeps its trailers aside."""

    trailers: list[tuple[bytes, bytes]] | None = None

    def __call__(self, buf: ReceiveBuffer) -> h11.Data | h11.EndOfMessage | None:
        """The next piece of the body."""
        found = super().__call__(buf)
        if isinstance(found, h11.EndOfMessage) and found.headers:
            fields = [(bytes(name), bytes(value)) for name, value in found.headers.raw_items()]
            self.trailers = [field for field in fields if field[0].lower() not in _NEVER]
            return h11.EndOfMessage()
        return found


def mend(running: str = version.VERSION) -> list[Patch]:
    """Apply to this process; returns what undoes it. Other versions are left as they are."""
    if running not in NEEDED:
        logger.warning("HTTP/1 trailers not mended: unknown mitmproxy %s", running)
        return []
    return put(
        (
            Patch(_http1, "make_body_reader", _reading(_http1.make_body_reader)),
            Patch(Http1Connection, "read_body", _receiving(Http1Connection.read_body)),
            Patch(Http1Server, "send", _sending(Http1Server.send)),
            Patch(Http1Client, "send", _sending(Http1Client.send)),
        )
    )


def _reading(original: Callable[[int | None], Any]) -> Callable[[int | None], Any]:
    def make_body_reader(expected_size: int | None) -> object:
        return TrailerReader() if expected_size is None else original(expected_size)

    return make_body_reader


def _receiving(
    original: Callable[[Http1Connection, events.Event], Commands],
) -> Callable[[Http1Connection, events.Event], Commands]:
    def read_body(self: Http1Connection, event: events.Event) -> Commands:
        for command in original(self, event):
            if isinstance(command, ReceiveHttp) and isinstance(
                command.event, RequestEndOfMessage | ResponseEndOfMessage
            ):
                trailers = _received(self, command.event)
                if trailers is not None:
                    yield ReceiveHttp(trailers)
            yield command

    return read_body


def _received(
    self: Http1Connection, end: RequestEndOfMessage | ResponseEndOfMessage
) -> RequestTrailers | ResponseTrailers | None:
    """The event for the trailers that ended a body, None without any."""
    reader = self.body_reader
    if not isinstance(reader, TrailerReader) or not reader.trailers:
        return None
    fields, reader.trailers = reader.trailers, None
    if isinstance(end, RequestEndOfMessage):
        return RequestTrailers(end.stream_id, http.Headers(fields))
    if self.context.client.alpn == b"h2":  # which knows lower case only
        fields = [(name.lower(), value) for name, value in fields]
    return ResponseTrailers(end.stream_id, http.Headers(fields))


def _sending[Connection: (Http1Server, Http1Client)](
    original: Callable[[Connection, HttpEvent], Commands],
) -> Callable[[Connection, HttpEvent], Commands]:
    def send(self: Connection, event: HttpEvent) -> Commands:
        if isinstance(event, RequestTrailers | ResponseTrailers):
            self.__dict__["pending_trailers"] = event.trailers
            return _nothing()
        if isinstance(event, RequestEndOfMessage | ResponseEndOfMessage):
            trailers = self.__dict__.pop("pending_trailers", None)
            return _with_trailers(original(self, event), trailers)
        return original(self, event)

    return send


def _nothing() -> Commands:
    yield from ()


def _with_trailers(sent: Commands, trailers: http.Headers | None) -> Commands:
    """The commands that end a message, its last chunk completed by the trailers."""
    for command in sent:
        if trailers and isinstance(command, commands.SendData) and command.data == _END:
            command.data = b"0\r\n" + bytes(trailers) + b"\r\n"
            trailers = None
        yield command
