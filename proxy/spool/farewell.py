"""A worker's last state, told until an auditor answers that the ledger holds it.

What a worker could not write down, nobody else knows of, and its auditor may be replaced or
killed in that very moment. So the state goes over a connection of its own, and again over
another where one ends without the answer. An auditor counts no state twice.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path

from proxy.spool.messages import EdgeHealth, encode
from proxy.spool.unixsocket import RECORDED, address_of, framed, same_user

__all__ = ["COUNTS_S", "HURRIED_S", "LOST_S", "Farewell"]

LOST_S = 45.0
"""How long a worker that lost records looks for an auditor, in seconds: longer than the
supervisor's longest pause before it starts one again (30 s), and that start."""
COUNTS_S = 10.0
"""The same for one that lost none, and would take the counts of its last second with it."""
HURRIED_S = 2.0
"""How long it goes on once it was told to hurry."""
PAUSE_S = 0.1
"""Between two looks for an auditor, and for an order to hurry, in seconds."""


class Farewell:
    """Tells the auditor at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hurried: float | None = None

    def hurry(self) -> None:
        """Give up soon. From any thread."""
        self._hurried = time.monotonic()

    def tell(self, last: EdgeHealth, patience_s: float) -> bool:
        """Whether the ledger holds this state, within `patience_s`. Blocks; never raises."""
        frame = framed(encode(last))
        started = time.monotonic()
        while True:
            with suppress(OSError):
                if self._try(frame, started, patience_s):
                    return True
            if self._is_over(started, patience_s):
                return False
            time.sleep(PAUSE_S)

    def _try(self, frame: bytes, started: float, patience_s: float) -> bool:
        """One connection; whether the answer came. Raises OSError."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PAUSE_S)
            with address_of(self._path) as address:
                connection.connect(address)
            if not same_user(connection):
                raise PermissionError
            connection.sendall(frame)
            while not self._is_over(started, patience_s):
                with suppress(TimeoutError):
                    return connection.recv(1) == RECORDED
        return False

    def _is_over(self, started: float, patience_s: float) -> bool:
        end = started + patience_s
        if self._hurried is not None:
            end = min(end, max(started, self._hurried) + HURRIED_S)
        return time.monotonic() >= end
