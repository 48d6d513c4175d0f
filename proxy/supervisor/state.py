"""What other programs may know of a running supervisor: its files in `state_dir/run`."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from proxy.supervisor.slot import SlotState
from proxy.supervisor.sockets import SupervisorError

__all__ = ["RunFolder", "Status", "private", "read_status"]


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """`status.json`: no secrets, no addresses of clients."""

    pid: int
    started_at: float
    """Unix time in seconds."""
    configured_at: float
    """When the configuration that runs was loaded, Unix time in seconds."""
    listeners: Sequence[str]
    children: Sequence[SlotState]


class RunFolder:
    """The folder, locked against a second supervisor on the same state."""

    def __init__(self, state_dir: Path) -> None:
        """Make the folders and take the lock. Raises SupervisorError."""
        try:
            private(state_dir)
            self._folder = private(state_dir / "run")
            self._lock = _openable(self._folder / "lock")
        except OSError as error:
            raise SupervisorError(
                f"state_dir: {state_dir} cannot be used ({error.strerror}). "
                "Make it writable, or name another folder."
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise SupervisorError(
                f"state_dir: another Jauge runs on {state_dir}. "
                "Stop it, or give this one a folder of its own."
            ) from None
        self._pid = self._folder / "supervisor.pid"
        with contextlib.suppress(OSError):
            self._pid.write_text(f"{os.getpid()}\n", encoding="ascii")

    def write(self, status: Status) -> None:
        """Replace the status file; a full disk leaves the old one."""
        path = self._folder / "status.json"
        temporary = path.with_suffix(".tmp")
        with contextlib.suppress(OSError):
            temporary.write_bytes(msgspec.json.encode(status))
            temporary.replace(path)

    def close(self) -> None:
        """Nobody runs here any more."""
        for path in (self._pid, self._folder / "status.json"):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(self._lock)


def _openable(path: Path) -> int:
    """A descriptor to lock: of a new file, or of the old one on a disk that went read-only.

    Whoever runs there loses counts, and says so; clients must not lose their way out.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno != errno.EROFS or not path.exists():
            raise
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def private(folder: Path) -> Path:
    """The folder, made for its owner alone if it was not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def read_status(state_dir: Path) -> Status | None:
    """What the supervisor on this state says of itself; None when none runs."""
    try:
        data = (state_dir / "run" / "status.json").read_bytes()
        return msgspec.json.decode(data, type=Status)
    except (OSError, msgspec.MsgspecError):
        return None
