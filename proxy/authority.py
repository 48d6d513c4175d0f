"""The interception authority, as others than the edge may know it: its certificate.

The edge makes it (`addons.ca`); its private key stays unread here.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

__all__ = ["CERTIFICATE", "KEY", "Authority", "AuthorityError", "read_authority"]

CERTIFICATE = "mitmproxy-ca-cert.pem"
KEY = "mitmproxy-ca.pem"
"""Names in `state_dir/ca`; mitmproxy fixes them."""


class AuthorityError(ValueError):
    """There is an authority, and it cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What clients trust."""

    certificate: Path
    key: Path
    key_mode: int | None
    """Permission bits of the key's file; None when this user may not see it."""
    fingerprint: str
    """SHA-256 of the certificate, in the form that browsers show."""
    begins: datetime
    expires: datetime


def read_authority(state_dir: Path) -> Authority | None:
    """The authority of an installation, None before it is made. Raises AuthorityError."""
    from cryptography import x509  # noqa: PLC0415 - slow to import, seldom needed
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    certificate, key = state_dir / "ca" / CERTIFICATE, state_dir / "ca" / KEY
    try:
        parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise AuthorityError(f"{certificate} cannot be read ({type(error).__name__})") from None
    return Authority(
        certificate=certificate,
        key=key,
        key_mode=_mode(key),
        fingerprint=parsed.fingerprint(SHA256()).hex(":").upper(),
        begins=parsed.not_valid_before_utc,
        expires=parsed.not_valid_after_utc,
    )


def _mode(key: Path) -> int | None:
    try:
        return stat.S_IMODE(key.stat().st_mode)
    except FileNotFoundError:
        raise AuthorityError(f"{key} is missing") from None
    except OSError:
        return None
