"""Words stay in memory: no core dumps, and no other process reads ours.

Every process that holds words calls `harden` first: an exception in a library, a full
disk or a curious user must not turn them into a file. The dumpable flag is lost at
`execve`, hence each process for itself. It also keeps processes of the same user (but
not root) from attaching to this one or reading its memory (prctl(2), ptrace(2)).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

__all__ = ["SUPERVISOR", "Hardened", "end_with_supervisor", "harden", "raise_open_files", "state"]

SUPERVISOR = "JAUGE_SUPERVISOR"
"""Environment variable with the process id of the supervisor that started us."""

_PR_SET_PDEATHSIG = 1
_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4
"""Of <linux/prctl.h>."""


@dataclass(frozen=True, slots=True)
class Hardened:
    """What holds for this process."""

    no_core: bool
    """The kernel writes no core dump of it (RLIMIT_CORE)."""
    not_dumpable: bool
    """No dump by other means, no reading of its memory by its user (Linux only)."""


def harden() -> Hardened:
    """Forbid dumps of this process, for good; what was achieved. Never raises."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_DUMPABLE, 0)
    return state()


def state() -> Hardened:
    """What holds for this process now."""
    return Hardened(
        no_core=resource.getrlimit(resource.RLIMIT_CORE)[0] == 0,
        not_dumpable=_prctl(_PR_GET_DUMPABLE, 0) == 0,
    )


def end_with_supervisor(number: int = signal.SIGTERM) -> None:
    """Get a signal when the supervisor dies (Linux), so that it can be started again.

    Does nothing in a process that no supervisor started. Without this, workers would
    hold its addresses for ever.
    """
    parent = os.environ.get(SUPERVISOR, "")
    if not parent.isdigit():
        return
    _prctl(_PR_SET_PDEATHSIG, number)
    if sys.platform == "linux" and os.getppid() != int(parent):
        os.kill(os.getpid(), number)  # it died before we asked


def raise_open_files(wanted: int = 65_536) -> int:
    """Raise the limit of open files as far as allowed; the limit that holds then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _prctl(option: int, value: int) -> int:
    """prctl(2); -1 where there is none."""
    if sys.platform != "linux":
        return -1
    return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))
