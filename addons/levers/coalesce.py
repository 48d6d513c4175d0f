"""coalesce: all body pieces that one read brought travel as one event.

mitmproxy makes an event, a call of the stream callable, a TLS record and a write for
each HTTP chunk. A service that flushes a hundred small chunks at once costs a hundred
of each; here it costs one. Chunk boundaries have no meaning beyond one connection (RFC
9112 §7.1), and a paced stream, one chunk a read, is unchanged.
"""

from __future__ import annotations

import h11
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers.http._base import ReceiveHttp
from mitmproxy.proxy.layers.http._http1 import Http1Connection, Http1Server

from addons.levers.patch import Patch

__all__ = ["patches", "read_body"]


def patches() -> tuple[Patch, ...]:
    """What this lever replaces."""
    return (Patch(Http1Connection, "read_body", read_body),)


def read_body(self: Http1Connection, event: events.Event) -> layer.CommandGenerator[None]:
    """`Http1Connection.read_body`, which yields its data once."""
    assert self.stream_id is not None  # noqa: S101 - as in the original
    pieces, end = _cut(self, event)
    if pieces:
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        yield ReceiveHttp(self.ReceiveData(self.stream_id, data))
    if isinstance(end, h11.ProtocolError):
        yield commands.CloseConnection(self.conn)
        error = f"HTTP/1 protocol error: {end}"
        code = self.ReceiveProtocolError.code
        yield ReceiveHttp(self.ReceiveProtocolError(self.stream_id, error, code=code))
    elif end is not None:
        assert self.request  # noqa: S101 - as in the original
        if end.headers:
            raise NotImplementedError("HTTP trailers")  # as the original; see addons.trailers
        if self.request.data.method.upper() != b"CONNECT":
            yield ReceiveHttp(self.ReceiveEndOfMessage(self.stream_id))
        is_request = isinstance(self, Http1Server)
        yield from self.mark_done(request=is_request, response=not is_request)


def _cut(
    self: Http1Connection, event: events.Event
) -> tuple[list[bytes], h11.EndOfMessage | h11.ProtocolError | None]:
    """All pieces that are there, and how the body ended, None when it goes on."""
    pieces: list[bytes] = []
    while True:
        try:
            if isinstance(event, events.DataReceived):
                found = self.body_reader(self.buf)
            elif isinstance(event, events.ConnectionClosed):
                found = self.body_reader.read_eof()
            else:
                raise AssertionError(f"Unexpected event: {event}")  # noqa: TRY004 - as the original
        except h11.ProtocolError as error:
            return pieces, error
        if isinstance(found, h11.Data):
            if found.data:
                pieces.append(bytes(found.data))
        else:
            return pieces, found
