"""The measuring process: `python -m proxy.measured`, started by the auditor.

One line of JSON per period on standard output, nothing else, until its reader has gone or
SIGTERM. It exits with 1 where nothing can be measured.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from proxy.hardening import end_with_supervisor
from proxy.measured.meter import (
    Energies,
    Meter,
    MeterError,
    default_cpu_watts,
    default_ram_watts,
)
from proxy.measured.offline import forbid_network
from proxy.measured.processes import Usage, read, roots
from proxy.measured.sample import Sample, to_line

__all__ = ["main"]

NICE = 10
SILENT_PERIODS = 4
"""After so many periods without a measurement it ends; the auditor starts another."""


class Teller:
    """Puts CodeCarbon's energies and the kernel's counters together."""

    def __init__(self, usage: Callable[[], Usage], tell: Callable[[Sample], None]) -> None:
        self._usage = usage
        self._tell = tell
        self._at = time.monotonic()
        self._last: Usage | None = None
        self.meter: Meter | None = None
        self.heard = threading.Event()

    def __call__(self, energies: Energies) -> None:
        """One measurement; the first one only starts the clock."""
        now, usage = time.monotonic(), self._usage()
        before, at = self._last, self._at
        self._last, self._at = usage, now
        self.heard.set()
        if before is not None and self.meter is not None:
            self._tell(
                Sample(
                    seconds=now - at,
                    cpu_j=energies.cpu_j,
                    ram_j=energies.ram_j,
                    cpu_source=self.meter.source,
                    cpu_watts=self.meter.cpu_watts,
                    own_cpu_s=max(0.0, usage.own_cpu_s - before.own_cpu_s),
                    busy_cpu_s=usage.busy_cpu_s - before.busy_cpu_s,
                    capacity_cpu_s=usage.capacity_cpu_s - before.capacity_cpu_s,
                    own_private_bytes=usage.own_private_bytes,
                    own_resident_bytes=usage.own_resident_bytes,
                    used_bytes=usage.used_bytes,
                    total_bytes=usage.total_bytes,
                )
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure until told to end; the exit status."""
    given = _parser().parse_args(arguments)
    end_with_supervisor()
    forbid_network()
    with suppress(OSError):
        os.nice(NICE)
    ended = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def usage() -> Usage:
        return read(roots(given.auditor, given.supervisor_file))

    def tell(sample: Sample) -> None:
        try:
            sys.stdout.buffer.write(to_line(sample))
            sys.stdout.buffer.flush()
        except OSError:
            ended.set()

    try:
        memory_bytes = usage().total_bytes
        teller = Teller(usage, tell)
        teller.meter = Meter(
            teller,
            period_s=given.period_s,
            cpu_watts=given.cpu_watts or default_cpu_watts(),
            ram_watts=given.ram_watts or default_ram_watts(memory_bytes),
        )
        teller.meter.start()
    except (OSError, MeterError):
        return 1
    return _watch(teller, ended, given.period_s)


def _watch(teller: Teller, ended: threading.Event, period_s: float) -> int:
    """Until the end is asked for, or CodeCarbon falls silent."""
    # Only now: while CodeCarbon loads, SIGTERM ends the process at once.
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while teller.heard.is_set():
        teller.heard.clear()
        if ended.wait(SILENT_PERIODS * period_s):
            break
    status = 0 if ended.is_set() else 1
    # Not through the interpreter's end: CodeCarbon's timers would hold it up.
    with suppress(OSError):
        sys.stdout.flush()
    os._exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m proxy.measured", description=__doc__)
    parser.add_argument("--auditor", type=int, required=True, help="process id of the auditor")
    parser.add_argument(
        "--supervisor-file", type=Path, required=True, help="file with the supervisor's"
    )
    parser.add_argument("--period-s", type=float, required=True, help="seconds")
    parser.add_argument("--cpu-watts", type=float, default=0.0, help="0: 4 W per thread")
    parser.add_argument("--ram-watts", type=float, default=0.0, help="0: 3 W per 8 GiB")
    return parser


if __name__ == "__main__":
    sys.exit(main())
