"""The parent proxy: whether it is there, and lets Jauge in.

Without it no service is reached, and all that a client sees is an error 502 or a broken
connection. It is asked for a tunnel to a name that cannot exist (RFC 6761 §6.4): a proxy
looks at the login first, and nothing beyond it hears of the question.
"""

from __future__ import annotations

import http.client
import ssl
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

from proxy.config import Config
from proxy.doctor.finding import Finding, bad, fine, odd
from proxy.doctor.probe import TIMEOUT_S

__all__ = ["parent"]

_NOWHERE = "jauge.invalid:443"
_LOGIN_WANTED = 407
_REACH = "No service is reached. Look at edge.parent, and at a firewall on the way."
_PORTS = {"http": 80, "https": 443}


def parent(config: Config) -> Iterator[Finding]:
    """What the parent proxy says to a request for a tunnel; nothing where there is none."""
    url = config.settings.edge.parent
    if url is None:
        return
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    try:
        status = _ask(config, parts)
    except TimeoutError:
        yield odd("parent", f"{place} does not answer within {TIMEOUT_S:g} s", _REACH)
    except ssl.SSLCertVerificationError:
        remedy = "Name the authority that signed it in edge.upstream_ca."
        yield bad("parent", f"the certificate of {place} is not trusted", remedy)
    except http.client.HTTPException:
        yield bad("parent", f"{place} does not answer as a proxy does", _REACH)
    except OSError as error:
        yield bad("parent", f"{place} cannot be reached ({error.strerror})", _REACH)
    else:
        yield _judged(place, status, known=parts.username is not None)


def _judged(place: str, status: int, *, known: bool) -> Finding:
    if status != _LOGIN_WANTED:
        return fine("parent", f"{place} answers and lets Jauge in")
    said = "refuses the name and password of edge.parent" if known else "asks for a login"
    return bad(
        "parent",
        f"{place} {said}; no service is reached",
        "Write edge.parent as http://user:password@proxy:3128, special signs as %40. Jauge logs "
        "in by Basic; where the proxy wants another way, have it let this machine in.",
    )


def _ask(config: Config, parts: SplitResult) -> int:
    """The status of its answer. Raises OSError and HTTPException."""
    connection = _connection(config, parts)
    try:
        connection.request("CONNECT", _NOWHERE, headers={"Host": _NOWHERE, **_login(parts)})
        return connection.getresponse().status
    finally:
        connection.close()


def _login(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _connection(config: Config, parts: SplitResult) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    context = ssl.create_default_context()
    if (extra := config.settings.edge.upstream_ca) is not None:
        context.load_verify_locations(cafile=str(config.path(extra)))
    return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
