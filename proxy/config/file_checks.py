"""What must hold of the files and folders that config/jauge.yaml names.

Messages never hold what stands in them: passwords, keys.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

from proxy.config.errors import Problem
from proxy.config.settings import Auditor, Settings

__all__ = ["files"]

_HASHES = ("{SHA}", "$2a$", "$2b$", "$2y$")
"""What the edge can compare a password with: SHA-1 and bcrypt."""
_BCRYPT = re.compile(r"\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}\Z")
"""A whole hash; beyond a cost of 16 one login would take seconds."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{32,512}\Z")
"""A bearer token (RFC 6750, section 2.1)."""
_PATH = "Create it, or correct the path; relative ones start where Jauge is started."


def files(settings: Settings) -> Iterator[Problem]:
    """Problems of every file and folder that a key names."""
    edge, auditor = settings.edge, settings.auditor
    for key, text, check in (
        ("edge.htpasswd", edge.htpasswd, _passwords),
        ("edge.upstream_ca", edge.upstream_ca, _certificates),
        ("auditor.htpasswd", auditor.htpasswd, _page_passwords),
        ("auditor.metrics_token_file", auditor.metrics_token_file, _token),
    ):
        if text is not None:
            yield from _file(key, Path(text).expanduser(), check)
    yield from _tls(auditor)
    for index, text in enumerate(settings.catalogue.folders):
        if not Path(text).expanduser().is_dir():
            yield Problem(f"catalogue.folders.{index}", "there is no such folder", _PATH)


def _file(
    key: str, file: Path, check: Callable[[str, str], Iterator[Problem]]
) -> Iterator[Problem]:
    if not file.is_file():
        yield Problem(key, "there is no such file", _PATH)
        return
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        yield Problem(key, "the file cannot be read as text", "Check its owner, mode and content.")
        return
    yield from check(key, text)


def _passwords(key: str, text: str) -> Iterator[Problem]:
    lines = (line.strip() for line in text.splitlines())
    for line in lines:
        user, _, secret = line.partition(":")
        if line and not line.startswith("#") and not (user and secret.startswith(_HASHES)):
            yield Problem(
                key,
                "expected lines of name:hash, with bcrypt or SHA-1 hashes",
                "Make it with htpasswd -B.",
            )
            return


def _page_passwords(key: str, text: str) -> Iterator[Problem]:
    """Like those of the edge, but bcrypt alone, and at least one."""
    lines = [line.strip() for line in text.splitlines()]
    pairs = [line.partition(":") for line in lines if line and not line.startswith("#")]
    if not pairs or not all(user and _BCRYPT.match(secret) for user, _, secret in pairs):
        yield Problem(
            key, "expected lines of name:hash, with bcrypt hashes", "Make it with htpasswd -B."
        )


def _token(key: str, text: str) -> Iterator[Problem]:
    if not _TOKEN.match(text.strip()):
        yield Problem(
            key,
            "expected one line of 32 characters or more, letters, digits and -._~+/=",
            "Make it with openssl rand -hex 32.",
        )


def _tls(auditor: Auditor) -> Iterator[Problem]:
    """Problems of the certificate that the page is served by, and of its key."""
    if auditor.tls_certificate is None or auditor.tls_key is None:
        return
    pair = {
        name: Path(text).expanduser()
        for name, text in (
            ("tls_certificate", auditor.tls_certificate),
            ("tls_key", auditor.tls_key),
        )
    }
    for name, file in pair.items():
        if not file.is_file():
            yield Problem(f"auditor.{name}", "there is no such file", _PATH)
            return
    try:
        # The password is empty: without one, OpenSSL would ask for it at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            pair["tls_certificate"], pair["tls_key"], password=""
        )
    except (OSError, ValueError):
        yield Problem(
            "auditor.tls_key",
            "expected the private key of auditor.tls_certificate, in PEM, without a passphrase",
            "Check that the two belong together, and their owner and mode.",
        )


def _certificates(key: str, text: str) -> Iterator[Problem]:
    problem = Problem(
        key,
        "expected certificates in PEM, and no private key",
        "Export the authority's certificate alone, as base64 (BEGIN CERTIFICATE).",
    )
    if "BEGIN CERTIFICATE" not in text or "PRIVATE KEY" in text or not text.isascii():
        yield problem
        return
    try:
        ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError):
        yield problem
