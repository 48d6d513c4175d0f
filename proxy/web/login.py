"""What is asked for before anything is shown: a login for pages, a token for metrics.

Probes stay open, but tell a stranger nothing but a status: whoever answers them finds in
the scope whether the client is known (`is_known`).
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy.web.passwords import Passwords, Token
from proxy.web.throttle import Throttle

__all__ = ["Login", "is_known"]

METRICS = "/metrics"
PROBES = frozenset({"/healthz", "/readyz"})
_KNOWN = "jauge.known"
_REALM = 'Basic realm="Jauge", charset="UTF-8"'


def is_known(request: Request) -> bool:
    """Whether this client may see more than a status."""
    return bool(request.scope.get(_KNOWN))


class Login:
    """Asks for what the configuration wants: passwords, a token, both or nothing."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        passwords: Passwords | None,
        token: Token | None,
        throttle: Throttle | None = None,
        refused: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`refused` hears of every refusal after a try: login, slowed or token."""
        self._app = app
        self._passwords = passwords
        self._token = token
        self._throttle = throttle or Throttle()
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or ask."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        """The answer to a client that may not; None after noting what the client may."""
        scheme, given = _credentials(Headers(scope=scope).get("authorization", ""))
        by_token = self._token is not None and scheme == "bearer" and self._token.is_right(given)
        if scope["path"] == METRICS:
            if by_token or self._token is None:
                return None
            self._refused("token")
            return _ask_token()
        if scope["path"] in PROBES and scheme != "basic":
            scope[_KNOWN] = by_token or self._passwords is None
            return None
        if self._passwords is None:
            scope[_KNOWN] = True
            return None
        refusal = await self._check(self._passwords, scope, given if scheme == "basic" else "")
        scope[_KNOWN] = refusal is None
        return refusal

    async def _check(self, passwords: Passwords, scope: Scope, given: str) -> Response | None:
        pair = _parse(given)
        if pair is None:
            return _ask_login()
        if passwords.knows(*pair):
            return None
        address = (scope.get("client") or ("",))[0]
        if wait := self._throttle.wait_s(address):
            return self._slow(wait)
        right = await passwords.are_right(*pair, lambda: not self._throttle.wait_s(address))
        # Others of the same address may have failed while this one waited or was checked.
        if wait := self._throttle.wait_s(address):
            return self._slow(wait)
        if right:
            self._throttle.worked(address)
            return None
        self._throttle.failed(address)
        self._refused("login")
        return _ask_login()

    def _slow(self, wait_s: float) -> Response:
        self._refused("slowed")
        seconds = str(math.ceil(wait_s))
        return PlainTextResponse("too many attempts\n", 429, {"retry-after": seconds})


def _credentials(header: str) -> tuple[str, str]:
    """Scheme, in small letters, and the rest of an Authorization header."""
    scheme, _, rest = header.partition(" ")
    return scheme.lower(), rest.strip()


def _parse(encoded: str) -> tuple[str, str] | None:
    """Name and password (RFC 7617), None when there are none."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon and user else None


def _ask_login() -> Response:
    return PlainTextResponse("log in\n", 401, {"www-authenticate": _REALM})


def _ask_token() -> Response:
    wanted = {"www-authenticate": 'Bearer realm="Jauge metrics"'}
    return PlainTextResponse("a bearer token is needed\n", 401, wanted)
