"""Marked words, and the search for them in everything that a product writes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["MARK", "found_in", "marked", "snapshot"]

MARK = "q7xmark"
"""Part of every marked word; in no case part of anything else."""


def marked(kind: str) -> str:
    """A word that must never be written anywhere."""
    return f"{MARK.upper()}-{kind}"


def _encoded() -> Iterator[bytes]:
    """The mark's characters within Base64, at each of the three places it can begin."""
    for skipped in range(3):
        whole = base64.b64encode(b"\0" * skipped + MARK.upper().encode() + b"-")
        first = -(-skipped * 4 // 3)
        last = (skipped + len(MARK) + 1) * 4 // 3
        yield whole[first + (1 if skipped else 0) : last - 1]


_PATTERNS = [
    re.compile(re.escape(MARK).encode() + rb"[a-z0-9.-]{0,40}", re.IGNORECASE),
    re.compile(re.escape(MARK).encode("utf-16-le"), re.IGNORECASE),
    *(re.compile(re.escape(part)) for part in _encoded()),
]


def found_in(data: bytes) -> set[str]:
    """The marked words in some bytes: as they are, as UTF-16, and within Base64."""
    return {
        match.group().decode("latin-1") for pattern in _PATTERNS for match in pattern.finditer(data)
    }


def snapshot(folder: Path, but_not: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Every file under a folder, and every name; `but_not` are names of files to leave out."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.name in but_not:
            continue
        try:
            data = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # removed meanwhile
            continue
        yield name, name.encode() + b"\0" + data
