"""Who may read: this machine, and the networks that the configuration names."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy.networks import Networks, parse_address

__all__ = ["OnlyClients"]


class OnlyClients:
    """Refuses requests from other addresses than loopback and the given networks."""

    def __init__(self, app: ASGIApp, networks: Sequence[str]) -> None:
        """`networks` in CIDR notation. Raises ValueError for text that is none."""
        self._app = app
        self._networks = Networks((text, True) for text in networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] != "http" or self._may(scope.get("client")):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("forbidden\n", 403)(scope, receive, send)

    def _may(self, client: tuple[str, int] | None) -> bool:
        address = parse_address(client[0]) if client else None
        if address is None:
            return False
        return address.is_loopback or bool(self._networks.find(address))
