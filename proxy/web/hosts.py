"""By which names the page may be asked for.

A web page from elsewhere can make a browser on this machine ask 127.0.0.1 under a name of
its own (DNS rebinding), and then read the answer as if it were its own. It cannot make the
browser send another Host header than that name: names that are not ours are refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy.networks import parse_address

__all__ = ["OnlyHosts"]

_REFUSED = "This host name is not served here; auditor.hosts lists those that are.\n"


class OnlyHosts:
    """Refuses names other than localhost, plain addresses, and the given names."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset({"localhost", *(name.lower() for name in names)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421 (RFC 9110, section 15.5.20)."""
        if scope["type"] != "http" or self._is_ours(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(_REFUSED, 421)(scope, receive, send)

    def _is_ours(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        name = _name(hosts[0]).lower().removesuffix(".")
        return name in self._names or parse_address(name) is not None


def _name(host: str) -> str:
    """A Host header without its port; IPv6 without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
