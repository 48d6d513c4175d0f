"""What both ends of the words channel share: framing, addresses, who is at the other end.

A stream socket with length-prefixed frames, because one SOCK_SEQPACKET packet cannot
exceed the socket's send buffer (net.core.wmem_max, 208 KiB by default), which a long
prompt does.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["LENGTH", "MAX_FRAME_BYTES", "RECORDED", "address_of", "framed", "same_user"]

LENGTH = struct.Struct("<I")
"""Each frame is its length and one encoded message."""
MAX_FRAME_BYTES = 32 * 1024 * 1024
"""Longest frame; longer words are not sent, and skipped when they come."""
RECORDED = b"\x06"
"""The auditor's one answer: the ledger holds what your last state says (ACK of ASCII)."""

_PEER = struct.Struct("3i")


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """An address for the socket at `path`, however long the path is (the limit is 107 bytes).

    Raises OSError when its folder does not exist.
    """
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def framed(data: bytes) -> bytes:
    """An encoded message as it travels."""
    return LENGTH.pack(len(data)) + data


def same_user(connection: socket.socket) -> bool:
    """Whether the process at the other end runs as the same user as this one."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, user, _ = _PEER.unpack(raw)
    return bool(user == os.geteuid())
