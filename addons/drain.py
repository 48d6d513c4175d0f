"""Stopping without a lost request: a worker that was told to stop serves what is there.

New connections go to the other workers, which share the socket. Of those that are here:

- an answer over HTTP/1 says `Connection: close`, so that the client's next request comes
  over a new connection, to another worker;
- an HTTP/1 connection that has been idle for IDLE_S is closed. (Not at once: a client in
  the middle of sending its next request would lose it; the second is there for the
  answer above to come first.)
- an HTTP/2 connection is closed as soon as no stream of it is live, and told before, by
  GOAWAY, which streams were served: a client sends anything above that again, elsewhere.
  Not before it is free of streams, since clients built on the h2 library break off all of
  them when they see GOAWAY; but one that never is gets the notice at half time, which
  others (browsers) understand;
- tunnels and WebSockets end when their ends end them.

What is still there after the deadline is cut, and its exchanges counted as aborted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from h2.connection import ConnectionState
from hyperframe.frame import GoAwayFrame
from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http._http2 import Http2Server
from mitmproxy.proxy.layers.tls import ClientTLSLayer
from mitmproxy.proxy.server import ConnectionHandler
from mitmproxy.tls import TlsData

from addons.levers import Patch

__all__ = ["IDLE_S", "Drain"]

IDLE_S = 1.0
"""How long, in seconds, an HTTP/1 connection must have been idle to be closed."""
SETTLE_S = 0.05
"""The same for HTTP/2, where GOAWAY makes it safe; also how often is looked."""
FLUSH_S = 0.001
"""How long after the hook, in seconds, to look whether the end of an answer is written."""
_EVERY_STREAM = 2**31 - 1
CUT_S = 1.0
"""How long, in seconds, connections that were cut may take to end."""


class Drain:
    """Knows what is live on which connection, and ends what is not."""

    name = "jauge_drain"

    def __init__(self) -> None:
        self.draining = False
        self._hurried = False
        self._live: dict[str, set[str]] = {}
        """Flows without a finished answer, by client connection."""
        self._tunnels: set[str] = set()
        """Connections with a CONNECT in which nothing was decrypted yet."""
        self._http2: WeakValueDictionary[str, Http2Server] = WeakValueDictionary()
        self._connections: Mapping[Any, ConnectionHandler] = {}

    def patches(self) -> tuple[Patch, ...]:
        """What must be replaced in mitmproxy to find the HTTP/2 side of a connection."""
        original: Callable[[Http2Server, Context], None] = Http2Server.__init__
        servers = self._http2

        def noted(self: Http2Server, context: Context) -> None:
            original(self, context)
            servers[context.client.id] = self

        return (Patch(Http2Server, "__init__", noted),)

    # hooks

    def http_connect(self, flow: HTTPFlow) -> None:
        """A tunnel is asked for; whether it will be decrypted is not known yet."""
        self._tunnels.add(flow.client_conn.id)

    def http_connect_error(self, flow: HTTPFlow) -> None:
        """It was not opened."""
        self._tunnels.discard(flow.client_conn.id)

    def tls_established_client(self, data: TlsData) -> None:
        """What goes through the tunnel is decrypted: its requests tell whether it lives."""
        self._tunnels.discard(data.conn.id)

    def requestheaders(self, flow: HTTPFlow) -> None:
        """A request begins."""
        self._tunnels.discard(flow.client_conn.id)
        self._live.setdefault(flow.client_conn.id, set()).add(flow.id)

    def responseheaders(self, flow: HTTPFlow) -> None:
        """An answer begins: over HTTP/1, the last one of its connection."""
        response = flow.response
        if (
            self.draining
            and response is not None
            and response.status_code >= 200
            and not flow.request.is_http2
        ):
            response.headers["Connection"] = "close"

    def response(self, flow: HTTPFlow) -> None:
        """An answer ends, unless it is the beginning of a WebSocket (read, or relayed as bytes)."""
        if flow.response is None or flow.response.status_code != 101:
            self._ended(flow)

    def websocket_end(self, flow: HTTPFlow) -> None:
        """A WebSocket ends."""
        self._ended(flow)

    def error(self, flow: HTTPFlow) -> None:
        """A request ends without an answer, or with half of one."""
        if flow.websocket is None:
            self._ended(flow)

    def client_disconnected(self, client: Client) -> None:
        """A connection ends."""
        self._live.pop(client.id, None)
        self._tunnels.discard(client.id)

    def _ended(self, flow: HTTPFlow) -> None:
        client = flow.client_conn.id
        live = self._live.get(client)
        if live is not None:
            live.discard(flow.id)
        if self.draining and not live and client in self._http2:
            asyncio.get_running_loop().call_later(FLUSH_S, self._close_idle, client)

    # stopping

    def hurry(self) -> None:
        """Wait no longer."""
        self._hurried = True

    async def drain(self, connections: Mapping[Any, ConnectionHandler], seconds: float) -> int:
        """End all connections (`Proxyserver.connections`); how many had to be cut."""
        self.draining = True
        self._connections = connections
        started = time.monotonic()
        announced = False
        while connections and not self._hurried:
            elapsed = time.monotonic() - started
            if elapsed >= seconds:
                break
            if elapsed >= seconds / 2 and not announced:
                self._announce()
                announced = True
            now = time.time()
            for handler in [one for one in connections.values() if self._is_done(one, now)]:
                self._close(handler)
            await asyncio.sleep(SETTLE_S)
        left = len(connections)
        for handler in list(connections.values()):
            self._close(handler)
        for _ in range(round(CUT_S / SETTLE_S)):
            if connections:
                await asyncio.sleep(SETTLE_S)
        return left

    def _announce(self) -> None:
        """Ask HTTP/2 clients to open no more streams here (RFC 9113 §6.8)."""
        for handler in self._connections.values():
            server = self._http2.get(handler.client.id)
            if server is not None:
                self._go_away(handler, server, _EVERY_STREAM)

    def _close_idle(self, client: str) -> None:
        """Close an HTTP/2 connection whose last answer has been written."""
        handler = self._connections.get(client)
        if handler is None or self._live.get(client):
            return
        if self._has_streams(client):
            asyncio.get_running_loop().call_later(FLUSH_S, self._close_idle, client)
        else:
            self._close(handler)

    def _has_streams(self, client: str) -> bool:
        """Whether an HTTP/2 connection has a stream whose end was not written yet."""
        server = self._http2.get(client)
        return server is not None and server.h2_conn.open_inbound_streams > 0

    def _is_done(self, handler: ConnectionHandler, now: float) -> bool:
        client = handler.client
        if self._live.get(client.id) or client.id in self._tunnels or self._has_streams(client.id):
            return False
        if any(io.writer is None for io in handler.transports.values()):
            return False  # the service's connection is being opened
        idle_s = now - handler.timeout_watchdog.last_activity
        return idle_s >= (SETTLE_S if client.id in self._http2 else IDLE_S)

    def _close(self, handler: ConnectionHandler) -> None:
        """Say good-bye where the protocol knows how, and close the connection."""
        server = self._http2.get(handler.client.id)
        if server is not None:
            self._go_away(handler, server, server.h2_conn.highest_inbound_stream_id)
        transport = handler.transports.get(handler.client)
        if transport is not None and transport.handler is not None:
            transport.handler.cancel("draining")

    def _go_away(self, handler: ConnectionHandler, server: Http2Server, last: int) -> None:
        """Tell an HTTP/2 client up to which stream it is served here."""
        transport = handler.transports.get(handler.client)
        if transport is None or server.h2_conn.state_machine.state is ConnectionState.CLOSED:
            return
        frame = GoAwayFrame(0, last_stream_id=last)
        tls = next((x for x in server.context.layers if isinstance(x, ClientTLSLayer)), None)
        if tls is None or transport.writer is None:
            return
        for command in tls.send_data(frame.serialize()):
            if isinstance(command, commands.SendData):
                transport.writer.write(command.data)
