"""CodeCarbon, held to what it does well: the energy of this machine's processor and memory.

Whole machine, no cooling, no water, no network, no files, no account, nothing from its
own configuration files or variables. When it begins and ends is said by its caller: left to
its own timers, CodeCarbon starts a measurement while the one before still runs, and counts
the same time in both.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass

import codecarbon
from codecarbon.core.cpu import is_rapl_available

from proxy.measured.sample import Source

__all__ = ["Energies", "Meter", "MeterError", "default_cpu_watts", "default_ram_watts"]

COUNTRY = "FRA"
"""Only so that CodeCarbon asks nobody where it is: of its results the energy alone is used."""
JOULES_PER_KWH = 3.6e6
WATTS_PER_GIB = 3.0 / 8
"""Memory: 3 W per 8 GB of DDR3 or DDR4 (Crucial, cited in CodeCarbon 3.3.2,
external/ram.py). CodeCarbon's own guess, 5 W per module that it supposes, says 20 W on a
virtual machine of 24 GB whose processor idles at 1 W."""
_TASK = "span"
WATTS_PER_THREAD = 4.0
"""Processor: what CodeCarbon 3.3.2 takes for an unknown one (core/cpu.py). For a known one
it takes the whole socket, of which a virtual machine has a part only."""


class MeterError(Exception):
    """CodeCarbon does not measure; it keeps its reasons to itself."""


@dataclass(frozen=True, slots=True)
class Energies:
    """Of the whole machine, in joules, from `begin` to `end`."""

    cpu_j: float
    ram_j: float


def default_ram_watts(total_bytes: int) -> float:
    """Power of so much memory."""
    return WATTS_PER_GIB * total_bytes / 1024**3


def default_cpu_watts() -> float:
    """Power of this machine's processor at full load."""
    return WATTS_PER_THREAD * (os.cpu_count() or 1)


class Meter:
    """Tells the machine's energy between `begin` and `end`, and of no moment outside."""

    def __init__(self, *, cpu_watts: float, ram_watts: float) -> None:
        """Load CodeCarbon and its tables, which takes seconds. Raises MeterError.

        `cpu_watts`: at full load, for machines without counters (RAPL).
        """
        _forget_configuration()
        self.source: Source = "measured" if is_rapl_available() else "estimated"
        self.cpu_watts = None if self.source == "measured" else cpu_watts
        """Power at full load that an estimate is made from; None where it is measured."""
        self._tracker = codecarbon.OfflineEmissionsTracker(
            country_iso_code=COUNTRY,
            api_call_interval=-1,
            tracking_mode="machine",
            force_cpu_power=self.cpu_watts,
            force_ram_power=ram_watts,
            pue=1.0,
            wue=0.0,
            output_methods=[],
            output_dir=tempfile.gettempdir(),
            allow_multiple_runs=True,
            log_level="critical",
        )
        self.begin()
        self.end()  # the first end loads tables

    def begin(self) -> None:
        """The span that `end` tells of begins."""
        self._tracker.start_task(_TASK)

    def end(self) -> Energies:
        """What the machine consumed since `begin`. Raises MeterError where nothing is known."""
        told = self._tracker.stop_task(_TASK)
        # CodeCarbon keeps every task; one a minute for months is a leak.
        self._tracker._tasks.clear()  # noqa: SLF001 - no public way to forget them
        if told is None:
            raise MeterError("CodeCarbon did not begin")
        return Energies(told.cpu_energy * JOULES_PER_KWH, told.ram_energy * JOULES_PER_KWH)


def _forget_configuration() -> None:
    """CodeCarbon reads `.codecarbon.config` at home and here, and its own variables."""
    os.chdir("/")
    os.environ["HOME"] = "/"
    for name in [key for key in os.environ if key.lower().startswith("codecarbon_")]:
        del os.environ[name]
