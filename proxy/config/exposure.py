"""What must hold before the auditor may be reached from other machines.

The page and the metrics say how a town hall works. On loopback only its own machine reads
them; beyond, a password, a token and encryption are not left to choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from proxy.config.addresses import Address, AddressError, is_loopback, parse_address
from proxy.config.errors import Problem
from proxy.config.settings import Auditor, Settings

__all__ = ["exposure", "is_exposed", "page_url"]

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?\Z")
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, never bound
_OR = " Or listen on 127.0.0.1."
_NEEDED = (
    (
        "htpasswd",
        "beyond loopback the page asks for a login",
        "Make a file with htpasswd -B -c /etc/jauge/page.htpasswd NAME, and name it here.",
    ),
    (
        "metrics_token_file",
        "beyond loopback the metrics ask for a token",
        "Write 32 random characters or more to a file (openssl rand -hex 32), and name it here.",
    ),
)


def is_exposed(auditor: Auditor) -> bool:
    """Whether other machines can reach the page: by its address, or through a proxy."""
    try:
        host = parse_address(auditor.listen).host
    except AddressError:
        return False
    return not is_loopback(host) or bool(auditor.tls_proxies)


def page_url(auditor: Auditor) -> str:
    """Where the page is, as a browser on this machine writes it; without a slash at its end."""
    scheme = "https" if auditor.tls_certificate else "http"
    host, port = parse_address(auditor.listen)
    return f"{scheme}://{Address(_HERE.get(host, host), port)}"


def exposure(settings: Settings) -> Iterator[Problem]:
    """Problems of the keys that guard the page."""
    auditor = settings.auditor
    yield from _halves(auditor)
    yield from _hosts(auditor)
    if not is_exposed(auditor):
        return
    for key, expected, remedy in _NEEDED:
        if getattr(auditor, key) is None:
            yield Problem(f"auditor.{key}", expected, remedy + _OR)
    if not (auditor.tls_certificate or auditor.tls_key or auditor.tls_proxies):
        yield Problem(
            "auditor.tls_certificate",
            "beyond loopback passwords travel encrypted",
            "Name a certificate and its key (auditor.tls_key), or, where a proxy ends TLS in "
            "front of the page, that proxy's address in auditor.tls_proxies." + _OR,
        )


def _halves(auditor: Auditor) -> Iterator[Problem]:
    certificate, key = auditor.tls_certificate, auditor.tls_key
    if (certificate is None) != (key is None):
        missing = "tls_key" if key is None else "tls_certificate"
        yield Problem(
            f"auditor.{missing}",
            "a certificate and its key go together",
            "Name both files, auditor.tls_certificate and auditor.tls_key, or neither.",
        )
    if certificate is not None and auditor.tls_proxies:
        yield Problem(
            "auditor.tls_proxies",
            "either the page is served over TLS, or a proxy in front of it ends TLS",
            "Remove auditor.tls_certificate and auditor.tls_key, or auditor.tls_proxies.",
        )


def _hosts(auditor: Auditor) -> Iterator[Problem]:
    for index, host in enumerate(auditor.hosts):
        if not _HOST.match(host):
            yield Problem(
                f"auditor.hosts.{index}",
                "expected a host name, without scheme and port",
                "Write, for example, jauge.mairie.example.",
            )
