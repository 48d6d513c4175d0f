"""What must hold of the files and folders that config/jauge.yaml names.

Messages never hold what stands in them: passwords, keys.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

from proxy.config.errors import Problem
from proxy.config.settings import Settings

__all__ = ["files"]

_HASHES = ("{SHA}", "$2a$", "$2b$", "$2y$")
"""What the edge can compare a password with: SHA-1 and bcrypt."""
_PATH = "Create it, or correct the path; relative ones start where Jauge is started."


def files(settings: Settings) -> Iterator[Problem]:
    """Problems of edge.htpasswd, edge.upstream_ca and catalogue.folders."""
    edge = settings.edge
    for key, text, check in (
        ("edge.htpasswd", edge.htpasswd, _passwords),
        ("edge.upstream_ca", edge.upstream_ca, _certificates),
    ):
        if text is not None:
            yield from _file(key, Path(text).expanduser(), check)
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
