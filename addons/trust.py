"""Whom the edge trusts towards the services: the system's authorities, and one file more.

mitmproxy takes either its own list or one file instead of it. Here the file of
`edge.upstream_ca` is added to the system's list; what comes out is written beside the
state, since OpenSSL wants a file. It holds public certificates only.
"""

from __future__ import annotations

import hashlib
import os
import ssl
from pathlib import Path

import certifi

__all__ = ["TrustError", "bundle", "system_authorities"]

_USUAL = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Red Hat, Fedora
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)


class TrustError(ValueError):
    """`edge.upstream_ca` cannot be used; the message says why."""


def system_authorities() -> Path:
    """The system's list (SSL_CERT_FILE, if set), else the one that comes with certifi."""
    named = ssl.get_default_verify_paths().cafile
    candidates = [*([named] if named else []), *_USUAL]
    return next((Path(one) for one in candidates if Path(one).is_file()), Path(certifi.where()))


def bundle(extra: Path | None, folder: Path, system: Path | None = None) -> Path:
    """A file of all authorities, in `folder` when there are extra ones. Raises TrustError."""
    base = system or system_authorities()
    if extra is None:
        return base
    try:
        added = extra.read_text(encoding="ascii")
        _check(added)
        content = base.read_bytes().rstrip(b"\n") + b"\n" + added.encode("ascii")
    except (OSError, ValueError) as error:
        raise TrustError(
            f"{extra}: no readable PEM certificates ({type(error).__name__})"
        ) from None
    digest = hashlib.sha256(content).hexdigest()[:16]
    path = folder / f"upstream-ca-{digest}.pem"
    if not path.is_file():
        temporary = folder / f"upstream-ca-{digest}.{os.getpid()}.tmp"
        temporary.write_bytes(content)
        temporary.replace(path)
    return path


def _check(text: str) -> None:
    """Raise ValueError unless the text holds certificates, and no key."""
    if "PRIVATE KEY" in text:
        raise ValueError("a private key")
    ssl.create_default_context(cadata=text)
    if "BEGIN CERTIFICATE" not in text:
        raise ValueError("no certificate")
