"""One auditor per state folder: two would read the same outbox."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

__all__ = ["AlreadyRunningError", "AuditorLock"]

FILE = "auditor.lock"
PAUSE_S = 0.1


class AlreadyRunningError(Exception):
    """Another auditor works on this state folder."""


class AuditorLock:
    """Held for the life of an auditor; the kernel frees it when the process dies."""

    def __init__(self, state_dir: Path, wait_s: float) -> None:
        """Wait up to `wait_s` for an ending one. Raises AlreadyRunningError, or OSError."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(state_dir / FILE, flags, 0o600)
        deadline = time.monotonic() + wait_s
        while not self._taken():
            if time.monotonic() > deadline:
                self.release()
                raise AlreadyRunningError
            time.sleep(PAUSE_S)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let another one in."""
        os.close(self._descriptor)
