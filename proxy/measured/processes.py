"""Which processes are ours, and what the kernel says they and the machine used. Linux.

A process counts with its children that have ended and been waited for (proc_pid_stat(5),
cutime), so the sum over a tree loses nothing when a worker is replaced.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROC", "Usage", "read", "roots"]

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """Counters since the processes and the machine started, and memory now."""

    own_cpu_s: float
    busy_cpu_s: float
    capacity_cpu_s: float
    own_private_bytes: int
    own_resident_bytes: int
    used_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int


def roots(auditor: int, pid_file: Path) -> frozenset[int]:
    """Tops of our trees: the auditor, and the supervisor that its file names."""
    found = {auditor}
    with suppress(OSError, ValueError):
        found.add(int(pid_file.read_text("ascii")))
    return frozenset(found)


def read(tops: Collection[int], proc: Path = PROC) -> Usage:
    """The usage of the trees below `tops`. Raises OSError where the kernel tells nothing."""
    known = dict(_processes(proc))
    ours = _trees(known, tops)
    if not ours:
        raise FileNotFoundError("none of our processes is visible in /proc")
    resident, private = _memory(proc, ours)
    busy, capacity = _machine(proc)
    total, available = _meminfo(proc)
    return Usage(
        own_cpu_s=sum(known[pid].ticks for pid in ours) / _TICKS,
        busy_cpu_s=busy / _TICKS,
        capacity_cpu_s=capacity / _TICKS,
        own_private_bytes=private,
        own_resident_bytes=resident,
        used_bytes=total - available,
        total_bytes=total,
    )


def _processes(proc: Path) -> Iterator[tuple[int, _Process]]:
    for name in os.listdir(proc):  # noqa: PTH208 - names are all that is needed of thousands
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                # The name in brackets may hold anything, brackets and spaces included.
                fields = (proc / name / "stat").read_bytes().rpartition(b")")[2].split()
                yield int(name), _Process(int(fields[1]), sum(map(int, fields[11:15])))


def _trees(known: dict[int, _Process], tops: Collection[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for pid, process in known.items():
        children.setdefault(process.parent, []).append(pid)
    ours: set[int] = set()
    waiting = [pid for pid in tops if pid in known]
    while waiting:
        pid = waiting.pop()
        if pid not in ours:
            ours.add(pid)
            waiting += children.get(pid, ())
    return ours


def _memory(proc: Path, ours: Collection[int]) -> tuple[int, int]:
    resident = private = 0
    for pid in ours:
        with suppress(OSError, ValueError):
            _, held, shared = map(int, (proc / str(pid) / "statm").read_bytes().split()[:3])
            resident += held * _PAGE
            private += max(0, held - shared) * _PAGE
    return resident, private


def _machine(proc: Path) -> tuple[int, int]:
    """Busy and all ticks of all cores. What the hypervisor took away counts as capacity."""
    with (proc / "stat").open("rb") as file:
        user, nice, system, idle, iowait, irq, softirq, steal = map(
            int, file.readline().split()[1:9]
        )
    busy = user + nice + system + irq + softirq
    return busy, busy + idle + iowait + steal


def _meminfo(proc: Path) -> tuple[int, int]:
    """Total and available bytes."""
    lines = (line.split() for line in (proc / "meminfo").read_text("ascii").splitlines())
    known = {line[0]: int(line[1]) * _KIB for line in lines if len(line) >= 2}
    try:
        return known["MemTotal:"], known["MemAvailable:"]
    except KeyError as error:
        raise FileNotFoundError("the kernel does not tell its memory") from error
