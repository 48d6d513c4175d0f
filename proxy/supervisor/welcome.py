"""What a start tells the operator: where to connect, what to trust, one line to paste."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path

from proxy.config import Address, Config, Listener, page_url

__all__ = ["CERTIFICATE", "fingerprint", "served", "welcome"]

CERTIFICATE = "mitmproxy-ca-cert.pem"
"""The authority's certificate in `state_dir/ca` (mitmproxy fixes the name)."""
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, never bound


def fingerprint(certificate: Path) -> str:
    """SHA-256 of a PEM certificate, as browsers show it. Raises OSError and ValueError."""
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
    return hashlib.sha256(der).digest().hex(":").upper()


def welcome(
    config: Config, places: Sequence[tuple[Listener, tuple[str, int]]], workers: int
) -> Iterator[str]:
    """The lines, in order."""
    certificate = config.state_dir / "ca" / CERTIFICATE
    for listener, (host, port) in places:
        address = Address(host, port)
        if listener.mode == "reverse":
            yield f"base URL   http://{address} stands before {listener.target}"
        else:
            yield f"proxy      http://{address}"
    if any(listener.mode == "explicit" for listener, _ in places):
        yield f"authority  {certificate}"
        yield f"           SHA-256 {fingerprint(certificate)}"
        yield "           clients must trust it; on Debian and Ubuntu:"
        yield f"             sudo cp '{certificate}' /usr/local/share/ca-certificates/jauge.crt"
        yield "             sudo update-ca-certificates"
        yield "           Windows by group policy, Firefox, programs: docs/operate/trust-the-ca.md"
    yield from served(config)
    yield f"workers    {workers}"
    yield from _example(config, places, certificate)


def served(config: Config) -> Iterator[str]:
    """Where the figures are."""
    url = page_url(config.settings.auditor)
    yield f"page       {url}/"
    yield f"metrics    {url}/metrics"


def _example(
    config: Config, places: Sequence[tuple[Listener, tuple[str, int]]], certificate: Path
) -> Iterator[str]:
    listener, (host, port) = places[0]
    here = f"http://{Address(_HERE.get(host, host), port)}"
    yield ""
    if listener.mode == "reverse":
        yield f"  curl {here}/v1/models"
    else:
        login = " --proxy-user NAME:PASSWORD" if config.settings.edge.htpasswd else ""
        yield f"  curl --proxy {here}{login} --cacert '{certificate}' https://api.openai.com/v1/models"
