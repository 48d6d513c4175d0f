"""Logging in at the proxy (`edge.htpasswd`): who may use it, and for which department.

Takes the place of mitmproxy's own login, which checks bcrypt hashes on the event loop
(tens of milliseconds during which every stream stands still) at each new connection,
loads an LDAP client, splits passwords at colons and asks on reverse listeners for the
header that carries the application's key. Here a check runs in a thread, once for each
pair of name and password. Reverse listeners ask for nothing: networks guard them.

The flow gets the user name under the key that mitmproxy uses; never the password.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import logging
import os
from pathlib import Path
from weakref import WeakKeyDictionary

import bcrypt
from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow, Response
from mitmproxy.proxy.mode_specs import ReverseMode
from mitmproxy.utils.htpasswd import HtpasswdFile

from addons.tally import kind_of

__all__ = ["Login", "LoginError"]

logger = logging.getLogger("jauge.edge")

_HEADER = "Proxy-Authorization"
_KNOWN_LIMIT = 10_000
_MOST_BYTES = 72
"""What bcrypt looks at of a password; htpasswd cuts there too."""


class LoginError(ValueError):
    """`edge.htpasswd` cannot be used; the message says why, without its content."""


class Login:
    """Asks clients of explicit listeners for a name and a password."""

    name = "proxyauth"

    def __init__(self, file: Path) -> None:
        """Read the file. Raises LoginError."""
        try:
            self._passwords = HtpasswdFile.from_file(file)
        except (OSError, ValueError):
            raise LoginError(f"{file}: no readable htpasswd file (bcrypt or SHA-1)") from None
        self._salt = os.urandom(16)
        self._known: set[bytes] = set()
        """Keyed hashes of the pairs that were right."""
        self._logged_in: WeakKeyDictionary[Client, str] = WeakKeyDictionary()

    async def http_connect(self, flow: HTTPFlow) -> None:
        """A tunnel is asked for: what goes through it belongs to who logs in here."""
        user = await self._user(flow)
        if user is not None:
            self._logged_in[flow.client_conn] = user

    async def requestheaders(self, flow: HTTPFlow) -> None:
        """A request in such a tunnel, or one without a tunnel."""
        if isinstance(flow.client_conn.proxy_mode, ReverseMode):
            return
        user = self._logged_in.get(flow.client_conn) or await self._user(flow)
        if user is not None:
            flow.metadata["proxyauth"] = (user, "")

    async def _user(self, flow: HTTPFlow) -> str | None:
        """The name that was proven; None after answering 407."""
        pair = _parse(flow.request.headers.get(_HEADER, ""))
        if pair is not None and await self._is_right(*pair):
            del flow.request.headers[_HEADER]
            return pair[0]
        flow.response = Response.make(
            407, b"Log in at the proxy.\n", {"Proxy-Authenticate": 'Basic realm="Jauge"'}
        )
        return None

    async def _is_right(self, user: str, password: str) -> bool:
        key = hashlib.blake2b(f"{user}\0{password}".encode(), key=self._salt).digest()
        if key in self._known:
            return True
        if not await asyncio.to_thread(self._check, user, password):
            return False
        if len(self._known) >= _KNOWN_LIMIT:
            self._known.clear()
        self._known.add(key)
        return True

    def _check(self, user: str, password: str) -> bool:
        """Whether the pair is right. A check that fails lets nobody in.

        mitmproxy would go on with a request whose hook raised, as if it had logged in.
        """
        secret = self._passwords.users.get(user, "")
        try:
            if secret.startswith("$2"):
                return bcrypt.checkpw(password.encode()[:_MOST_BYTES], secret.encode())
            return self._passwords.check_password(user, password)
        except Exception as error:  # noqa: BLE001 - a line of the file that is no whole hash
            logger.warning("login: %s", kind_of(error))
            return False


def _parse(value: str) -> tuple[str, str] | None:
    """Name and password of a Basic header (RFC 7617), None when it is none."""
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None
