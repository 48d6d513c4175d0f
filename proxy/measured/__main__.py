"""The measuring process: `python -m proxy.measured`, started by the auditor.

One line of JSON per period on standard output, nothing else, until its reader has gone or
SIGTERM. It exits with 1 where nothing can be measured.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Moment:
    """Where one period ends and the next begins."""

    at: float
    """Seconds of the monotonic clock."""
    usage: Usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure until told to end; the exit status."""
    given = _parser().parse_args(arguments)
    end_with_supervisor()
    forbid_network()
    with suppress(OSError):
        os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def now() -> Moment:
        usage = read(roots(given.auditor, given.supervisor_file))
        return Moment(time.monotonic(), usage)

    try:
        memory_bytes = now().usage.total_bytes
        meter = Meter(
            cpu_watts=given.cpu_watts or default_cpu_watts(),
            ram_watts=given.ram_watts or default_ram_watts(memory_bytes),
        )
        # Only now: while CodeCarbon loads, SIGTERM ends the process at once.
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        for sample in _samples(meter, now, given.period_s):
            sys.stdout.buffer.write(to_line(sample))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Not through the interpreter's end, which flushes once more.
        os._exit(0)
    except (OSError, MeterError):
        return 1
    return 0


def _samples(meter: Meter, now: Callable[[], Moment], period_s: float) -> Iterator[Sample]:
    """One after the other, without end.

    The moments are outside of what CodeCarbon measures between them: however late anything
    comes, no energy is told of a time that is not in `seconds`. What falls between is not
    held: milliseconds of a period.
    """
    before = now()
    while True:
        meter.begin()
        time.sleep(period_s)
        energies = meter.end()
        after = now()
        yield _sample(meter, energies, before, after)
        before = after


def _sample(meter: Meter, energies: Energies, before: Moment, after: Moment) -> Sample:
    """CodeCarbon's energies and the kernel's counters of the same period."""
    was, usage = before.usage, after.usage
    return Sample(
        seconds=after.at - before.at,
        cpu_j=energies.cpu_j,
        ram_j=energies.ram_j,
        cpu_source=meter.source,
        cpu_watts=meter.cpu_watts,
        own_cpu_s=max(0.0, usage.own_cpu_s - was.own_cpu_s),
        busy_cpu_s=usage.busy_cpu_s - was.busy_cpu_s,
        capacity_cpu_s=usage.capacity_cpu_s - was.capacity_cpu_s,
        own_private_bytes=usage.own_private_bytes,
        own_resident_bytes=usage.own_resident_bytes,
        used_bytes=usage.used_bytes,
        total_bytes=usage.total_bytes,
    )


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
