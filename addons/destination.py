"""The name of the service behind a connection, by which the catalogue is asked."""

from __future__ import annotations

from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.mode_specs import ReverseMode

from proxy.networks import parse_address

__all__ = ["authority", "clean_host", "destination", "is_numeric", "is_reverse"]


def clean_host(text: str) -> str:
    """A host name as the catalogue knows it: lower case, no port, no final dot."""
    host = text.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".") if host.count(":") < 2 else host


def is_numeric(host: str) -> bool:
    """Whether the host is an address rather than a name."""
    # Most names end in a letter: the costly parse is for those that may be addresses.
    return (":" in host or host[-1:].isdigit()) and parse_address(host) is not None


def destination(context: Context) -> str | None:
    """The name in the CONNECT request; if that is an address, the name in the TLS hello.

    None when the client speaks to us and not yet to a service (TLS towards the proxy).
    """
    address = context.server.address
    if address is None:
        return None
    host = clean_host(address[0])
    if context.client.sni and is_numeric(host):
        return clean_host(context.client.sni)
    return host


def authority(flow: HTTPFlow, named: str) -> str:
    """The name that a request is addressed to, as the catalogue is asked for it.

    `named` is the request's own authority. At a reverse listener the name is that of the
    target; in plain HTTP the host of the URL. Over a decrypted connection it is `named`
    when that is a name (browsers send requests for several names over one HTTP/2
    connection), else the connection's.
    """
    request, client = flow.request, flow.client_conn
    if request.scheme == "https" and not is_reverse(client):
        host = clean_host(named)
        if host and not is_numeric(host):
            return host
        if client.sni and is_numeric(clean_host(request.host)):
            return clean_host(client.sni)
    return clean_host(request.host)


def is_reverse(client: Client) -> bool:
    """Whether the connection arrived at a reverse listener, whose target is known."""
    return isinstance(client.proxy_mode, ReverseMode)
