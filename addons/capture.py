"""Calls to models, read beside the traffic: tee, parser, finished exchange, hand-over.

Every body of a host that passes here is streamed, so that nothing is held back or kept,
and that of a call which is read goes through a tee (see `tap`). The hooks only take note;
the work is done at the desk, later.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter

from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow
from mitmproxy.tcp import TCPFlow

from addons.desk import Desk
from addons.guard import guarded
from addons.handover import Handover
from addons.headers import readable
from addons.identity import Identities
from addons.passthrough import Passthrough
from addons.scope import Scope
from addons.start import Start
from addons.talk import Talk
from addons.tally import OTHER, Tally
from addons.tap import Tap
from proxy.config import Settings
from proxy.identity import Directory
from proxy.providers import Call, Catalogue
from proxy.wire.reader import Reader

__all__ = ["Capture"]

SWITCHING = 101


class Capture:
    """Follows the requests that are read from their head to their end."""

    def __init__(  # noqa: PLR0913 - the parts that it brings together
        self,
        settings: Settings,
        *,
        catalogue: Catalogue,
        scope: Scope,
        passthrough: Passthrough,
        identities: Identities,
        directory: Directory,
        handover: Handover,
        tally: Tally,
    ) -> None:
        self.tally = tally
        self._catalogue = catalogue
        self._scope = scope
        self._passthrough = passthrough
        self._identities = identities
        self._directory = directory
        self._handover = handover
        self._desk = Desk(tally)
        self._edge = settings.edge.name
        self._limit = settings.edge.max_exchange_bytes
        self._request_limit = settings.edge.stream_request_bytes
        self._reference = (settings.edge.reference_header or "").lower()
        self._open: dict[str, Tap | Talk] = {}
        self._by_client: dict[str, set[str]] = {}
        self._talks: dict[str, Talk] = {}
        """By client connection: a WebSocket has one for itself (HTTP/1.1)."""

    @guarded
    def requestheaders(self, flow: HTTPFlow) -> None:
        """Let the body flow; read it when the catalogue knows the call."""
        if flow.response is not None:
            return  # refused before us (no login): an answer is on its way
        began = perf_counter()
        flow.request.stream = True
        request = flow.request
        headers = readable(request.headers.fields)
        host = self._scope.host_of(flow, request.authority or headers.get("host", ""))
        self._passthrough.proven(flow.client_conn)
        if host is None:
            self.tally.add("requests_plain", OTHER)
            return
        call = self._catalogue.call(host, request.method, request.path, headers)
        if call is None:
            self.tally.add("requests_passed", host.tool)
            return
        self.tally.add("requests_read", call.tool)
        request.stream = self._tap(flow, call, headers).request_piece
        self.tally.stages["request"].observe(perf_counter() - began)

    def _tap(self, flow: HTTPFlow, call: Call, headers: dict[str, str]) -> Tap:
        identity = self._identities.of(flow, headers.get("user-agent", ""))
        start = Start(
            call,
            identity,
            sanction=self._directory.sanction(call.tool),
            edge=self._edge,
            wall=flow.request.timestamp_start,
            reference=headers.get(self._reference) if self._reference else None,
        )
        tap = Tap(
            flow.id,
            start,
            desk=self._desk,
            submit=self._handover.submit,
            limit=self._request_limit,
        )
        keep = self._directory.keeps_words(identity, call.tool)
        tap.begin(partial(Reader, call, limit_bytes=self._limit, keep_words=keep), headers)
        self._open[flow.id] = tap
        self._by_client.setdefault(flow.client_conn.id, set()).add(flow.id)
        return tap

    @guarded
    def request(self, flow: HTTPFlow) -> None:
        """The request has arrived whole."""
        tap = self._open.get(flow.id)
        if isinstance(tap, Tap):
            tap.request_end()

    @guarded
    def responseheaders(self, flow: HTTPFlow) -> None:
        """Let the answer flow, through the tee when its request was read."""
        began = perf_counter()
        response = flow.response
        if response is None or response.status_code == SWITCHING:
            return
        response.stream = True
        tap = self._open.get(flow.id)
        if isinstance(tap, Tap):
            tap.answer_begin(response.status_code, response.headers.fields)
            response.stream = tap.answer_piece
            self.tally.stages["response_first_chunk"].observe(perf_counter() - began)

    @guarded
    def response(self, flow: HTTPFlow) -> None:
        """The answer has arrived whole, or the connection becomes something else."""
        # mitmproxy would cut a WebSocket's frames anew and keep them; so it gets none.
        flow.websocket = None
        tap = self._open.get(flow.id)
        if not isinstance(tap, Tap):
            return
        switched = flow.response is not None and flow.response.status_code == SWITCHING
        if not (switched and tap.start.call.websocket and self._listen(flow, tap)):
            self._end(flow.client_conn.id, tap)

    def _listen(self, flow: HTTPFlow, tap: Tap) -> bool:
        """Read the WebSocket that this connection has become."""
        headers = flow.response.headers if flow.response else {}
        talk = tap.become_talk(headers.get("sec-websocket-extensions", ""), limit_bytes=self._limit)
        if talk is None:
            return False
        self._open[flow.id] = self._talks[flow.client_conn.id] = talk
        return True

    @guarded
    def tcp_message(self, flow: TCPFlow) -> None:
        """Bytes of a relayed connection: keep none, and read them if they are a talk's."""
        began = perf_counter()
        messages = flow.messages[-1:]
        flow.messages.clear()
        talk = self._talks.get(flow.client_conn.id)
        if talk is not None:
            for message in messages:
                talk.piece(message.content, from_client=message.from_client)
            self.tally.stages["websocket"].observe(perf_counter() - began)

    @guarded
    def error(self, flow: HTTPFlow) -> None:
        """Client or service broke off: what was generated until then is counted."""
        tap = self._open.get(flow.id)
        if isinstance(tap, Tap):
            self._end(flow.client_conn.id, tap, aborted=not _unreachable(flow))

    @guarded
    def client_disconnected(self, client: Client) -> None:
        """A talk ends with its connection; what else is there, mitmproxy has lost."""
        self._talks.pop(client.id, None)
        for key in self._by_client.pop(client.id, ()):
            tap = self._open.pop(key, None)
            if isinstance(tap, Talk):
                tap.end()
            elif tap is not None:
                self.tally.add("unfinished", tap.start.call.tool)
                tap.end(aborted=True)

    def done(self) -> None:
        """The worker ends: hand over everything, what is still running as aborted."""
        for tap in list(self._open.values()):
            if isinstance(tap, Talk):
                tap.end()
            else:
                tap.end(aborted=True)
        self._open.clear()
        self._desk.finish_all()

    def _end(self, client: str, tap: Tap, *, aborted: bool = False) -> None:
        self._open.pop(tap.key, None)
        keys = self._by_client.get(client)
        if keys is not None:
            keys.discard(tap.key)
        tap.end(aborted=aborted)


def _unreachable(flow: HTTPFlow) -> bool:
    """Whether the service was never reached: it failed, nothing was broken off."""
    reached = flow.server_conn.timestamp_tcp_setup is not None
    return flow.response is None and not reached and flow.client_conn.connected
