"""The interception authority: `python -m addons.ca --config FILE` makes it when it is missing.

It lives in `state_dir/ca`, which only its owner may read. Its private key signs a
certificate for every decrypted host: whoever has it can read the traffic of every client
that trusts it. Its certificate, `mitmproxy-ca-cert.pem`, is what clients must trust.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mitmproxy.certs import Cert, CertStore
from mitmproxy.options import CONF_BASENAME, KEY_SIZE

from proxy import hardening
from proxy.config import Config, ConfigError, load
from proxy.config.snapshot import read_snapshot

__all__ = ["Authority", "ensure", "main"]

EX_IOERR, EX_CONFIG = 74, 78
"""Exit statuses of sysexits.h."""

_SECRET = (f"{CONF_BASENAME}-ca.pem", f"{CONF_BASENAME}-ca.p12")
_CERTIFICATE = f"{CONF_BASENAME}-ca-cert.pem"
_NAME_LIMIT = 64
"""Most characters of a name in a certificate (RFC 5280, ub-common-name)."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What an operator needs to know of the authority."""

    certificate: Path
    fingerprint: str
    """SHA-256 of the certificate, in the form that browsers show."""
    expires: datetime
    created: bool
    """Whether it was made just now."""


def ensure(config: Config) -> Authority:
    """The authority of this installation, made on first use. Raises OSError."""
    folder = config.state_dir / "ca"
    created = not (folder / _SECRET[0]).is_file()
    if created:
        _create(folder, config.organisation.name, config.settings.edge.name)
    folder.chmod(0o700)
    for name in _SECRET:
        if (folder / name).is_file():
            (folder / name).chmod(0o600)
    certificate = folder / _CERTIFICATE
    cert = Cert.from_pem(certificate.read_bytes())
    digits = cert.fingerprint().hex(":").upper()
    return Authority(certificate, digits, cert.notafter, created)


def _create(folder: Path, organisation: str, edge: str) -> None:
    """Make it beside its place and move it there, so that it is never half there."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix="ca-", dir=folder.parent))
    try:
        CertStore.create_store(
            temporary,
            CONF_BASENAME,
            KEY_SIZE,
            organization=_name(organisation, "Jauge"),
            cn=_name(f"Jauge {edge}", "Jauge"),
        )
        folder.mkdir(mode=0o700, exist_ok=True)
        # The key comes last: it is what `ensure` takes for a complete authority.
        for path in sorted(temporary.iterdir(), key=lambda path: path.name == _SECRET[0]):
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _name(text: str, otherwise: str) -> str:
    """A name as certificates allow it."""
    usable = "".join(c for c in text if c.isprintable()).strip(" —")[:_NAME_LIMIT]
    return usable or otherwise


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the authority if need be and print its certificate's path and fingerprint."""
    parser = argparse.ArgumentParser(prog="python -m addons.ca", description=__doc__)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--config-fd", type=int)
    options = parser.parse_args(arguments)
    hardening.harden()
    try:
        snapshot = options.config_fd
        config = load(options.config, options.sets) if snapshot is None else read_snapshot(snapshot)
        authority = ensure(config)
    except (ConfigError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return EX_CONFIG if isinstance(error, ConfigError) else EX_IOERR
    sys.stdout.write(
        f"certificate {authority.certificate}\n"
        f"sha256 {authority.fingerprint}\n"
        f"expires {authority.expires:%Y-%m-%d}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
