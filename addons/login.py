"""Logging in at the proxy (`edge.htpasswd`): who may use it, and for which department.

Takes the place of mitmproxy's own login, which checks bcrypt hashes on the event loop
(tens of milliseconds during which every stream stands still) at each new connection,
loads an LDAP client, splits passwords at colons and asks on reverse listeners for the
header that carries the application's key. Here checks take turns (`turns`), once for each
pair of name and password. Reverse listeners ask for nothing: networks guard them.

The flow gets the user name under the key that mitmproxy uses; never the password.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterable
from pathlib import Path
from weakref import WeakKeyDictionary

import bcrypt
from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow, Response
from mitmproxy.proxy.mode_specs import ReverseMode
from mitmproxy.utils.htpasswd import HtpasswdFile

from addons.health import Health
from addons.tally import Tally, kind_of
from addons.turns import Busy, Turns
from proxy.config import Config

__all__ = ["Login", "LoginError", "logins"]

logger = logging.getLogger("jauge.edge")

_HEADER = "Proxy-Authorization"
_MOST_BYTES = 72
"""What bcrypt looks at of a password; htpasswd cuts there too."""


class LoginError(ValueError):
    """`edge.htpasswd` cannot be used; the message says why, without its content."""


class Login:
    """Asks clients of explicit listeners for a name and a password."""

    name = "proxyauth"

    def __init__(self, file: Path, tally: Tally | None = None) -> None:
        """Read the file; refusals are counted in `tally`. Raises LoginError."""
        try:
            self._passwords = HtpasswdFile.from_file(file)
        except (OSError, ValueError):
            raise LoginError(f"{file}: no readable htpasswd file (bcrypt or SHA-1)") from None
        self._tally = tally or Tally()
        self._turns = Turns(self._check)
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
        """The name that was proven; None after answering in the service's place."""
        pair = _parse(flow.request.headers.get(_HEADER, ""))
        if pair is None:
            flow.response = _ask()
            return None
        try:
            right = await self._turns.is_right(flow.client_conn.peername[0], *pair)
        except Busy:
            self._tally.add("login_refusals", "slowed")
            flow.response = Response.make(
                503, b"Too many logins wait to be checked.\n", {"Retry-After": "1"}
            )
            return None
        if not right:
            self._tally.add("login_refusals", "login")
            flow.response = _ask()
            return None
        del flow.request.headers[_HEADER]
        return pair[0]

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


def logins(config: Config, auditing: Iterable[object]) -> list[Login]:
    """The login that the configuration asks for, which counts where those addons do.

    Raises LoginError.
    """
    htpasswd = config.settings.edge.htpasswd
    if htpasswd is None:
        return []
    tally = next((one.tally for one in auditing if isinstance(one, Health)), None)
    return [Login(config.path(htpasswd), tally)]


def _ask() -> Response:
    return Response.make(
        407, b"Log in at the proxy.\n", {"Proxy-Authenticate": 'Basic realm="Jauge"'}
    )


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
