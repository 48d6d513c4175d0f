"""Which process listens on a port, as the kernel has it."""

from __future__ import annotations

import contextlib
from pathlib import Path

__all__ = ["listens"]

LISTEN = "0A"
"""A socket's state in /proc/net/tcp."""


def listens(pid: int, port: int) -> bool:
    """Whether a process holds a listening socket on that port, of IPv4."""
    sockets = _listening(port)
    with contextlib.suppress(OSError):  # it may end meanwhile
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                if str(descriptor.readlink()) in sockets:
                    return True
    return False


def _listening(port: int) -> set[str]:
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    fields = [line.split() for line in lines]
    return {
        f"socket:[{one[9]}]"
        for one in fields
        if one[3] == LISTEN and int(one[1].rpartition(":")[2], 16) == port
    }
