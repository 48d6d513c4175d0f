"""What the machine must offer: a right clock, room on the disk, memory that stays memory."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from proxy.config import Config
from proxy.doctor.finding import Finding, bad, fine, odd

__all__ = ["clock", "disk", "open_files", "swap"]

MEBIBYTE = 1024 * 1024
RELEASED = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
"""No right clock shows an earlier time than this program."""
LITTLE = 1024 * MEBIBYTE
"""Bytes that should be free beside what waiting counts may take."""
LEAST = 256 * MEBIBYTE
LEAST_FILES = 1000
"""Files that the disk should still be able to hold."""
OPEN_FILES = 65_536
_SWAPS = Path("/proc/swaps")
_TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""
_TIMEX_BYTES = 512
"""More than struct timex takes anywhere."""


def clock(config: Config) -> Iterator[Finding]:
    """Dates of exchanges, of months and of certificates depend on it."""
    now = time.time()
    if now < RELEASED:
        yield bad(
            "clock",
            f"the clock says {datetime.fromtimestamp(now, UTC):%Y-%m-%d}, which is past",
            "Set the clock; certificates and months are wrong until then.",
        )
        return
    here = datetime.fromtimestamp(now, config.zone)
    if synchronised() is False:
        yield odd(
            "clock",
            f"{here:%Y-%m-%d %H:%M %Z}; the kernel says that nothing synchronises it",
            "Switch NTP on (timedatectl set-ntp true).",
        )
        return
    yield fine("clock", f"{here:%Y-%m-%d %H:%M %Z}")


def synchronised() -> bool | None:
    """Whether something keeps the kernel's clock right (adjtimex(2)); None where unknown."""
    if sys.platform != "linux":
        return None
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def disk(config: Config) -> Iterator[Finding]:
    """The state folder: writable, private, with room."""
    folder = config.state_dir
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    if not os.access(there, os.W_OK | os.X_OK):
        yield bad("disk", f"{there} cannot be written", "Correct its owner or its mode.")
        return
    if there == folder and folder.stat().st_mode & 0o077:
        yield odd(
            "disk",
            f"others may look into {folder}",
            f"chmod 700 {folder}",
        )
    usage, files = shutil.disk_usage(there), os.statvfs(there)
    free = f"{usage.free / MEBIBYTE:,.0f} MiB free for {folder}"
    wanted = LITTLE + config.settings.content.outbox_mebibytes * MEBIBYTE
    if usage.free < LEAST or (files.f_files and files.f_favail < LEAST_FILES):
        yield bad("disk", free, "Make room now: counts are lost when the disk is full.")
    elif usage.free < wanted:
        yield odd("disk", free, f"Make room: {wanted / MEBIBYTE:,.0f} MiB are advised.")
    else:
        yield fine("disk", free)


def swap(_: Config) -> Iterator[Finding]:
    """Words live in memory only; the kernel may write memory to a disk."""
    try:
        areas = _SWAPS.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        yield odd("swap", "cannot be looked up here", "Make sure that swap is off or encrypted.")
        return
    disks = [area.split()[0] for area in areas if not area.startswith("/dev/zram")]
    if disks:
        yield odd(
            "swap",
            f"on ({', '.join(disks)}): words that wait in memory could be written there",
            "Encrypt it, switch it off (swapoff -a), or run under MemorySwapMax=0.",
        )
    else:
        yield fine("swap", "off" if not areas else "in memory only (zram)")


def open_files(_: Config) -> Iterator[Finding]:
    """A worker needs two files per tunnel."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < OPEN_FILES:
        yield odd(
            "open files",
            f"at most {hard} per process",
            f"Allow {OPEN_FILES} (LimitNOFILE= of systemd, or limits.conf).",
        )
    else:
        yield fine("open files", "enough are allowed")
