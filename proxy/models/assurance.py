"""What a digest is worth before it is written down."""

from __future__ import annotations

from proxy.models.errors import ModelError
from proxy.models.known import KnownFile
from proxy.models.store import Assurance

__all__ = ["CHECKPOINT", "assure"]

CHECKPOINT = ".ckpt"
"""End of the name of the one file that holds weights; only it can carry code."""


def assure(name: str, digest: str, known: KnownFile | None, wanted: str) -> Assurance:
    """Compare a file's SHA-256 with the best that is known of it. Raises ModelError.

    `wanted` is the configuration's SHA-256 of the checkpoint, empty where it gives none: it
    overrules what the publisher says. A checkpoint of which nothing is known is refused.
    """
    checkpoint = name.endswith(CHECKPOINT)
    if checkpoint and wanted:
        _same(name, digest, wanted, "the configuration (detoxify.sha256)")
        return "configuration"
    if known and known.sha256:
        _same(name, digest, known.sha256, "its publisher")
        return "published"
    if known and known.sha256_begins:
        _same(name, digest, known.sha256_begins, "its name")
        return "prefix"
    if checkpoint:
        raise ModelError(
            "checksum",
            f"{name} is no checkpoint that Jauge knows (SHA-256 {digest})",
            "If you know where it comes from, set detoxify.sha256 to that value.",
        )
    return "first-use"


def _same(name: str, digest: str, expected: str, who: str) -> None:
    if not digest.startswith(expected):
        raise ModelError(
            "checksum",
            f"{name} has SHA-256 {digest}, {who} says {expected}",
            "It is broken or another file: fetch it again, or copy it from its source.",
        )
