"""Reaching the services through a parent proxy (`edge.parent`).

Explicit listeners run in mitmproxy's mode `upstream`. Reverse ones have no such mode:
their connections are told to go by way of the parent, and not to be opened before.

The credentials go to the parent only. mitmproxy's own option (`upstream_auth`) would put
them into `Authorization` on reverse listeners too, in place of the application's key and
for the service to read.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from mitmproxy.http import HTTPFlow
from mitmproxy.proxy import events, layer
from mitmproxy.proxy.layers.modes import ReverseProxy
from mitmproxy.proxy.mode_specs import UpstreamMode

__all__ = ["Parent", "ParentAuth", "ReverseThroughParent"]

_HEADER = "Proxy-Authorization"
_PORTS = {"http": 80, "https": 443}
"""Of a URL that names no port (RFC 9110 §4.2)."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent proxy."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)
    """Value of the Proxy-Authorization header, None where it wants none."""

    @classmethod
    def parse(cls, url: str) -> Parent:
        """The proxy at a URL that `proxy.config` has checked."""
        parts = urlsplit(url)
        scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
        authorization = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            authorization = "Basic " + base64.b64encode(pair.encode()).decode()
        return cls(scheme, parts.hostname or "", parts.port or _PORTS[scheme], authorization)

    @property
    def url(self) -> str:
        """Without credentials, as mitmproxy's mode `upstream` wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class ParentAuth:
    """Logs in at the parent."""

    name = "jauge_parent"

    def __init__(self, parent: Parent) -> None:
        self._value = parent.authorization

    def http_connect_upstream(self, flow: HTTPFlow) -> None:
        """Every tunnel through the parent."""
        if self._value:
            flow.request.headers[_HEADER] = self._value

    def requestheaders(self, flow: HTTPFlow) -> None:
        """Unencrypted requests of explicit listeners, which the parent sees itself."""
        plain = flow.request.scheme == "http"
        if self._value and plain and isinstance(flow.client_conn.proxy_mode, UpstreamMode):
            flow.request.headers[_HEADER] = self._value


class ReverseThroughParent(ReverseProxy):
    """The top layer of a reverse listener whose connections go through the parent."""

    parent: Parent

    def finish_start(self) -> layer.CommandGenerator[str | None]:
        """Go on without opening the direct connection that `eager` would open here."""
        self.context.server.via = (self.parent.scheme, (self.parent.host, self.parent.port))
        self._handle_event = self.child_layer.handle_event
        yield from self.child_layer.handle_event(events.Start())
        return None
