"""CodeCarbon, held to what it does well: the energy of this machine's processor and memory.

Whole machine, no cooling, no water, no network, no files, no account, nothing from its
own configuration files or variables. Its own thread measures and tells.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass

import codecarbon
from codecarbon.core.cpu import is_rapl_available
from codecarbon.output_methods.base_output import BaseOutput
from codecarbon.output_methods.emissions_data import EmissionsData

from proxy.measured.sample import Source

__all__ = ["Energies", "Meter", "MeterError", "default_cpu_watts", "default_ram_watts"]

COUNTRY = "FRA"
"""Only so that CodeCarbon asks nobody where it is: of its results the energy alone is used."""
JOULES_PER_KWH = 3.6e6
WATTS_PER_GIB = 3.0 / 8
"""Memory: 3 W per 8 GB of DDR3 or DDR4 (Crucial, cited in CodeCarbon 3.3.2,
external/ram.py). CodeCarbon's own guess, 5 W per module that it supposes, says 20 W on a
virtual machine of 24 GB whose processor idles at 1 W."""
WATTS_PER_THREAD = 4.0
"""Processor: what CodeCarbon 3.3.2 takes for an unknown one (core/cpu.py). For a known one
it takes the whole socket, of which a virtual machine has a part only."""


class MeterError(Exception):
    """CodeCarbon does not measure; it keeps its reasons to itself."""


@dataclass(frozen=True, slots=True)
class Energies:
    """Of the whole machine, in joules, since the one before."""

    cpu_j: float
    ram_j: float


def default_ram_watts(total_bytes: int) -> float:
    """Power of so much memory."""
    return WATTS_PER_GIB * total_bytes / 1024**3


def default_cpu_watts() -> float:
    """Power of this machine's processor at full load."""
    return WATTS_PER_THREAD * (os.cpu_count() or 1)


class _Output(BaseOutput):
    """Takes differences of totals by itself.

    While it starts, two threads of CodeCarbon may measure at once; of its own differences
    one is then empty and the other holds both.
    """

    def __init__(self, tell: Callable[[Energies], None]) -> None:
        self._tell = tell
        self._turn = threading.Lock()
        self._cpu_kwh = 0.0
        self._ram_kwh = 0.0
        self.told = 0

    def live_out(self, total: EmissionsData, delta: EmissionsData) -> None:
        del delta
        with self._turn:
            cpu, ram = self._cpu_kwh, self._ram_kwh
            self._cpu_kwh, self._ram_kwh = max(cpu, total.cpu_energy), max(ram, total.ram_energy)
            self.told += 1
            self._tell(
                Energies(
                    (self._cpu_kwh - cpu) * JOULES_PER_KWH, (self._ram_kwh - ram) * JOULES_PER_KWH
                )
            )


class Meter:
    """Tells the machine's energy at once (next to nothing) and then once per period."""

    def __init__(
        self,
        tell: Callable[[Energies], None],
        *,
        period_s: float,
        cpu_watts: float,
        ram_watts: float,
    ) -> None:
        """`cpu_watts`: at full load, for machines without counters (RAPL)."""
        _forget_configuration()
        self.source: Source = "measured" if is_rapl_available() else "estimated"
        self.cpu_watts = None if self.source == "measured" else cpu_watts
        """Power at full load that an estimate is made from; None where it is measured."""
        self._output = _Output(tell)
        self._tracker = codecarbon.OfflineEmissionsTracker(
            country_iso_code=COUNTRY,
            measure_power_secs=period_s,
            api_call_interval=1,
            tracking_mode="machine",
            force_cpu_power=self.cpu_watts,
            force_ram_power=ram_watts,
            pue=1.0,
            wue=0.0,
            output_methods=[],
            output_handlers=[self._output],
            output_dir=tempfile.gettempdir(),
            allow_multiple_runs=True,
            log_level="critical",
        )

    def start(self) -> None:
        """Begin. Raises MeterError: CodeCarbon itself would go on in silence."""
        self._tracker.start()
        if not self._output.told:
            raise MeterError("CodeCarbon told nothing")

    def stop(self) -> None:
        """End."""
        self._tracker.stop()


def _forget_configuration() -> None:
    """CodeCarbon reads `.codecarbon.config` at home and here, and its own variables."""
    os.chdir("/")
    os.environ["HOME"] = "/"
    for name in [key for key in os.environ if key.lower().startswith("codecarbon_")]:
        del os.environ[name]
