"""Own consumption: starts the measuring process, counts and records what it tells.

A process of its own (docs/decisions/0031-own-consumption.md): CodeCarbon takes seconds of
processor time to start and more memory than the rest of the auditor, and whatever it does,
it does not do it here. Without it the audit goes on, and the failure is counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from proxy.audit.link import LedgerLink
from proxy.config import Measured
from proxy.hardening import SUPERVISOR
from proxy.ledger import OwnEnergy
from proxy.ledger.intake import hour_of
from proxy.measured import Consumption, Sample, consumed, from_line
from proxy.metrics import Metrics
from proxy.records import Range
from proxy.spool.faults import fault_name

__all__ = ["OwnConsumption", "Pauses"]

J_PER_WH = 3600.0
J_PER_KWH = 3.6e6
MOST_HOURS = 72
"""Hours kept in memory while the ledger cannot be written; older ones are dropped."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds."""

    first_s: float = 30.0
    """Before the first start: an auditor that only stays a moment needs none."""
    again_s: float = 60.0
    """Before the start after a failure; doubles up to `most_s`."""
    most_s: float = 3600.0


class OwnConsumption:
    """A thread that reads the measuring process."""

    def __init__(  # noqa: PLR0913 - the parts it connects
        self,
        settings: Measured,
        *,
        state_dir: Path,
        link: LedgerLink,
        metrics: Metrics,
        co2e_g_per_kwh: Range,
        pauses: Pauses | None = None,
        command: Sequence[str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`co2e_g_per_kwh`: greenhouse gases of the grid that Jauge's machine stands in."""
        self._link = link
        self._metrics = metrics
        self._grid = co2e_g_per_kwh
        self._pauses = pauses or Pauses()
        self._command = command or _command(settings, state_dir)
        self._clock = clock
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._unwritten: dict[tuple[int, str, str], OwnEnergy] = {}
        self._thread: threading.Thread | None = None
        if settings.enabled:
            self._thread = threading.Thread(target=self._run, name="own energy", daemon=True)

    def start(self) -> None:
        """Start the thread; nothing happens where it is switched off."""
        if self._thread is not None:
            self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the measuring process and the thread."""
        self._stop.set()
        process = self._process
        if process is not None:
            with suppress(OSError):
                process.terminate()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        pause = self._pauses.first_s
        after = self._pauses.again_s
        while not self._stop.wait(pause):
            worked = False
            try:
                worked = self._follow()
                reason = "ended"
            except Exception as error:  # noqa: BLE001 - nothing here may touch the audit
                reason = fault_name(error)
            if self._stop.is_set():
                return
            self._metrics.add("jauge_audit_errors_total", ("own_energy", reason))
            after = self._pauses.again_s if worked else after
            pause, after = after, min(self._pauses.most_s, 2 * after)

    def _follow(self) -> bool:
        """Read one measuring process to its end; whether it told anything."""
        told = False
        environment = {**os.environ, SUPERVISOR: str(os.getpid())}
        with subprocess.Popen(  # noqa: S603 - our own module, or a test's
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as process:
            self._process = process
            try:
                if self._stop.is_set():
                    return told
                for line in process.stdout or ():
                    self._take(from_line(line))
                    told = True
            finally:
                self._process = None
                process.kill()
        return told

    def _take(self, sample: Sample) -> None:
        now = self._clock()
        for one in consumed(sample):
            self._count(one)
            self._remember(now, one)
        self._write()

    def _count(self, one: Consumption) -> None:
        labels = (one.component, one.source)
        bounds = (
            ("_low", one.own_j.low, self._grid.low),
            ("", one.own_j.central, self._grid.central),
            ("_high", one.own_j.high, self._grid.high),
        )
        with self._metrics.together():
            for bound, joules, g_per_kwh in bounds:
                grams = joules / J_PER_KWH * g_per_kwh
                self._metrics.add(f"jauge_self_energy{bound}_joules_total", labels, joules)
                self._metrics.add(f"jauge_self_emissions_co2e{bound}_grams_total", labels, grams)

    def _remember(self, now: float, one: Consumption) -> None:
        energy = OwnEnergy(
            at=float(hour_of(now)),
            component=one.component,
            source=one.source,
            measured_s=one.seconds,
            machine_wh=one.machine_j / J_PER_WH,
            own_wh=Range(
                one.own_j.low / J_PER_WH, one.own_j.central / J_PER_WH, one.own_j.high / J_PER_WH
            ),
        )
        key = (int(energy.at), energy.component, energy.source)
        known = self._unwritten.get(key)
        self._unwritten[key] = energy if known is None else _sum(known, energy)
        while len({hour for hour, _, _ in self._unwritten}) > MOST_HOURS:
            del self._unwritten[min(self._unwritten)]

    def _write(self) -> None:
        waiting = list(self._unwritten.values())
        if self._link.attempt(lambda ledger: ledger.add_own_energy(waiting)):
            self._unwritten.clear()


def _sum(one: OwnEnergy, other: OwnEnergy) -> OwnEnergy:
    return replace(
        one,
        measured_s=one.measured_s + other.measured_s,
        machine_wh=one.machine_wh + other.machine_wh,
        own_wh=Range(
            one.own_wh.low + other.own_wh.low,
            one.own_wh.central + other.own_wh.central,
            one.own_wh.high + other.own_wh.high,
        ),
    )


def _command(settings: Measured, state_dir: Path) -> tuple[str, ...]:
    watts = (("--cpu-watts", settings.cpu_watts), ("--ram-watts", settings.ram_watts))
    return (
        sys.executable,
        *("-m", "proxy.measured"),
        *("--auditor", str(os.getpid())),
        *("--supervisor-file", str(state_dir / "run" / "supervisor.pid")),
        *("--period-s", str(settings.period_s)),
        *(word for name, value in watts if value is not None for word in (name, str(value))),
    )
