"""Proxies that end TLS in front of the page: who they are, and what they say of clients.

Beyond loopback only they are served, so that no password is taken in the clear. The
address that they vouch for (the last of X-Forwarded-For that is not theirs) becomes the
client's; from anyone else the header means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy.networks import Networks, parse_address

__all__ = ["Behind", "NotBehind"]

_FORWARDED = "x-forwarded-for"
_REFUSED = "Ask the proxy that serves this page over TLS.\n"
_UNDECLARED = "A proxy is in front of this page; name its address in auditor.tls_proxies.\n"


class Behind:
    """Takes requests from the given proxies and from this machine alone."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        """`proxies` in CIDR notation. Raises ValueError for text that is none."""
        self._app = app
        self._proxies = Networks((text, True) for text in proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its client's address, or answer 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = (scope.get("client") or ("", 0))[0]
        if self._is_proxy(peer):
            client = self._client(Headers(scope=scope).getlist(_FORWARDED), peer)
            await self._app({**scope, "client": (client, 0), "scheme": "https"}, receive, send)
        elif _is_this_machine(peer):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(_REFUSED, 403)(scope, receive, send)

    def _client(self, headers: list[str], peer: str) -> str:
        """The nearest address that is no proxy of ours; without one, the proxy itself."""
        told = [part.strip() for header in headers for part in header.split(",")]
        return next((one for one in reversed(told) if not self._is_proxy(one)), peer)

    def _is_proxy(self, text: str) -> bool:
        address = parse_address(text)
        return address is not None and bool(self._proxies.find(address))


def _is_this_machine(peer: str) -> bool:
    address = parse_address(peer)
    return address is not None and address.is_loopback


class NotBehind:
    """Refuses what a proxy has forwarded that nobody declared.

    On loopback nothing is asked for, since only this machine gets there; a proxy in front
    would open the page to whom the proxy serves.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        headers = Headers(scope=scope) if scope["type"] == "http" else ()
        if _FORWARDED in headers or "forwarded" in headers:
            await PlainTextResponse(_UNDECLARED, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
