"""Which connections are opened, and which pass untouched and unread.

Only hosts that the catalogue says are decrypted. All else is a tunnel: its bytes go
through as they are, nothing of it is parsed, kept or logged, and it is counted by tool
where the catalogue knows the name. Clients outside the configured networks are refused.

The name in the CONNECT request decides; where that is an address, the name in the TLS
hello does; an address alone is looked up as it is.
"""

from __future__ import annotations

import re

from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow
from mitmproxy.net.tls import starts_like_tls_record
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.layers import ClientTLSLayer, HttpLayer, TCPLayer
from mitmproxy.proxy.layers.http import HTTPMode, HttpStream
from mitmproxy.proxy.layers.http._upstream_proxy import HttpUpstreamProxy
from mitmproxy.tls import ClientHelloData

from addons.destination import authority, clean_host, destination, is_numeric, is_reverse
from addons.guard import guarded
from addons.passthrough import Passthrough
from addons.tally import OTHER, Tally
from proxy.networks import Networks, parse_address
from proxy.providers import Catalogue, Host

__all__ = ["Scope"]

_METHOD = re.compile(rb"[A-Z]{1,20}(?: |\Z)")

OPENED = "opened"
TUNNELS = "tunnels"
PASSTHROUGH = "passthrough"


class Scope:
    """Decides over connections, and tells which host of the catalogue a request goes to."""

    def __init__(
        self,
        catalogue: Catalogue,
        passthrough: Passthrough,
        *,
        tally: Tally,
        clients: Networks[bool],
    ) -> None:
        """`clients` are the networks that may use the proxy beside this machine."""
        self.tally = tally
        self._catalogue = catalogue
        self._passthrough = passthrough
        self._clients = clients

    @guarded
    def client_connected(self, client: Client) -> None:
        """Refuse clients from networks that were not named."""
        address = parse_address(client.peername[0])
        known = address is not None and (address.is_loopback or self._clients.find(address))
        if not known:
            client.error = "This client may not use the proxy."

    @guarded
    def next_layer(self, data: NextLayer) -> None:
        """Inside a CONNECT: pass what is not ours on as bare bytes, whatever it speaks."""
        context = data.context
        if isinstance(data.layer, TCPLayer):
            data.layer.flow = None  # decided before us: at least keep no messages
        if data.layer is None and _speaks_http(data):
            data.layer = HttpLayer(context, HTTPMode.transparent)
        if data.layer is not None or not _inside_connect(context):
            return
        address = context.server.address
        if address is None:
            return
        name = clean_host(address[0])
        sent: bytes = data.data_client()  # type: ignore[no-untyped-call]
        if is_numeric(name) and starts_like_tls_record(sent):
            return  # the TLS hello may name a host
        verdict, tool = self._verdict(context.client, name)
        if verdict != OPENED:
            data.layer = TCPLayer(context, ignore=True)
            self.tally.add(verdict, tool)

    def tls_clienthello(self, data: ClientHelloData) -> None:
        """Open a TLS connection, or leave it alone."""
        try:
            self._open_or_leave(data)
        except Exception as error:  # noqa: BLE001 - in doubt the connection is not ours
            data.ignore_connection = True
            self.tally.add("hook_errors", "tls_clienthello")
            del error

    def _open_or_leave(self, data: ClientHelloData) -> None:
        name = destination(data.context)
        if name is None or is_reverse(data.context.client):
            return  # TLS towards the proxy itself
        verdict, tool = self._verdict(data.context.client, name)
        data.ignore_connection = verdict != OPENED
        self.tally.add(verdict, tool)

    def _verdict(self, client: Client, name: str) -> tuple[str, str]:
        """What becomes of a connection (a counter's name), and the tool behind it."""
        host = self._catalogue.host(name)
        if host is None:
            return TUNNELS, OTHER
        if not host.decrypt:
            return TUNNELS, host.tool
        if self._passthrough.lets_through(client, name):
            return PASSTHROUGH, host.tool
        return OPENED, host.tool

    @guarded
    def http_connect_error(self, flow: HTTPFlow) -> None:
        """Count services that could not be reached."""
        if flow.response is not None and flow.response.status_code >= 500:
            self.tally.add("connect_errors", self.tool_of(flow.request.host))

    def tool_of(self, name: str) -> str:
        """The tool behind a host name, for the counters."""
        host = self._catalogue.host(name)
        return host.tool if host else OTHER

    def host_of(self, flow: HTTPFlow, named: str) -> Host | None:
        """The host of the catalogue whose calls this request may be; None: do not read.

        `named` is the request's own authority: the pseudo-header, or the Host header.
        """
        host = self._catalogue.host(authority(flow, named))
        return host if host is not None and host.decrypt else None


def _speaks_http(data: NextLayer) -> bool:
    """Whether what we decrypt begins as a request does.

    Without ALPN mitmproxy wants to see the whole first line at once. A client that sends it
    in pieces would be taken for something else than HTTP and pass unread.
    """
    layers = data.context.layers
    if not layers or not isinstance(layers[-1], ClientTLSLayer) or is_reverse(data.context.client):
        return False
    sent: bytes = data.data_client()  # type: ignore[no-untyped-call]
    return _METHOD.match(sent) is not None


def _inside_connect(context: Context) -> bool:
    """Whether the next layer is the first one inside a CONNECT tunnel."""
    tunnel = context.layers[-1] if context.layers else None
    return isinstance(tunnel, HttpStream | HttpUpstreamProxy)
