"""Own consumption in the auditor: counted, recorded, and never in its way."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxy.audit.link import LedgerLink
from proxy.audit.own import OwnConsumption, Pauses
from proxy.config import Measured
from proxy.measured.sample import Sample, to_line
from proxy.metrics import Metrics
from proxy.records import Range
from tests.support.auditing import open_ledger
from tests.support.ledger import HOUR, NOW
from tests.support.waiting import PATIENCE_S, wait_until

SAMPLE = Sample(
    seconds=60.0,
    cpu_j=120.0,
    ram_j=300.0,
    cpu_source="measured",
    cpu_watts=None,
    own_cpu_s=6.0,
    busy_cpu_s=30.0,
    capacity_cpu_s=120.0,
    own_private_bytes=200,
    own_resident_bytes=300,
    used_bytes=1500,
    total_bytes=4000,
)
GRID = Range(30.0, 50.0, 90.0)
QUICK = Pauses(first_s=0.0, again_s=0.05, most_s=0.2)
CPU = ("cpu", "measured")


class Rig:
    """The part under test over a real ledger, and a program in the place of the measuring one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.metrics = Metrics()
        self.link = LedgerLink(lambda: open_ledger(folder), self.metrics)
        assert self.link.connect() is not None
        self.now = NOW

    def make(self, program: str, *, enabled: bool = True) -> OwnConsumption:
        return OwnConsumption(
            Measured(enabled=enabled),
            co2e_g_per_kwh=GRID,
            state_dir=self.folder,
            link=self.link,
            metrics=self.metrics,
            pauses=QUICK,
            command=[sys.executable, "-c", program],
            clock=lambda: self.now,
        )

    def joules(self, bound: str = "") -> float:
        return self.metrics.value(f"jauge_self_energy{bound}_joules_total", CPU)

    def grams(self, bound: str = "") -> float:
        return self.metrics.value(f"jauge_self_emissions_co2e{bound}_grams_total", CPU)

    def errors(self) -> float:
        found = self.metrics.values("jauge_audit_errors_total")
        return sum(value for labels, value in found.items() if labels[0] == "own_energy")

    def measured_s(self) -> float:
        with open_ledger(self.folder) as ledger:
            return sum(one.measured_s for one in ledger.own_energy(0, 1e11))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.link.disconnect()


def lines(number: int, then: str = "time.sleep(60)") -> str:
    return (
        "import sys, time\n"
        f"for _ in range({number}):\n"
        f"    sys.stdout.buffer.write({to_line(SAMPLE)!r})\n"
        "    sys.stdout.flush()\n"
        f"{then}\n"
    )


def running(own: OwnConsumption, until: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    own.start()
    try:
        wait_until(until, "what the test waits for", patience_s=patience_s)
    finally:
        own.stop()


def test_samples_are_counted_and_recorded_by_hour(rig: Rig) -> None:
    running(rig.make(lines(3)), lambda: rig.joules() > 35.9)
    # 120 J of the machine, of which 6 to 24 were ours: three times.
    assert rig.joules("_low") == pytest.approx(18.0)
    assert rig.joules() == pytest.approx(36.0)
    assert rig.joules("_high") == pytest.approx(72.0)
    # By a grid of 30 - 50 - 90 g per kWh, of 3.6 MJ each.
    assert rig.grams("_low") == pytest.approx(18 / 3.6e6 * 30)
    assert rig.grams() == pytest.approx(36 / 3.6e6 * 50)
    assert rig.grams("_high") == pytest.approx(72 / 3.6e6 * 90)
    with open_ledger(rig.folder) as ledger:
        cpu, ram = ledger.own_energy(NOW, NOW + HOUR)
    assert (cpu.component, cpu.source, cpu.measured_s) == ("cpu", "measured", 180.0)
    assert cpu.machine_wh == pytest.approx(360 / 3600)
    assert cpu.own_wh.central == pytest.approx(36 / 3600)
    assert (ram.component, ram.source) == ("ram", "estimated")
    assert ram.own_wh.high == pytest.approx(180 / 3600)
    assert rig.errors() == 0


def test_while_the_ledger_refuses_it_is_kept(rig: Rig) -> None:
    ledger, rig.link.ledger = rig.link.ledger, None
    own = rig.make(lines(4, "time.sleep(0.5)\n" + lines(1)))
    own.start()
    try:
        wait_until(lambda: rig.joules() > 47.9, "four samples")
        assert rig.measured_s() == 0
        rig.now += HOUR
        rig.link.ledger = ledger
        wait_until(lambda: rig.measured_s() == 5 * 2 * 60.0, "five samples recorded")
    finally:
        own.stop()
    with open_ledger(rig.folder) as reader:
        assert reader.own_energy(NOW, NOW + HOUR)[0].measured_s == 240.0
        assert reader.own_energy(NOW + HOUR, NOW + 2 * HOUR)[0].measured_s == 60.0


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(1)",
        "print('CodeCarbon says hello', flush=True); import time; time.sleep(60)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    ],
    ids=["gives up", "talks", "crashes"],
)
def test_whatever_it_does_is_counted_and_tried_again(rig: Rig, program: str) -> None:
    running(rig.make(program), lambda: rig.errors() >= 2)
    assert rig.joules() == 0


def test_what_cannot_be_started_is_counted(rig: Rig) -> None:
    own = OwnConsumption(
        Measured(),
        co2e_g_per_kwh=GRID,
        state_dir=rig.folder,
        link=rig.link,
        metrics=rig.metrics,
        pauses=QUICK,
        command=[str(rig.folder / "no-such-program")],
    )
    running(own, lambda: rig.errors() >= 2)
    labels = ("own_energy", "ENOENT")
    assert rig.metrics.value("jauge_audit_errors_total", labels) == rig.errors()


def test_stopping_ends_the_process_at_once(rig: Rig) -> None:
    own = rig.make(lines(1))
    own.start()
    wait_until(lambda: rig.joules() > 0, "a sample")
    process = own._process
    assert process is not None
    own.stop()
    assert process.poll() is not None
    assert rig.errors() == 0


def test_switched_off_there_is_no_thread(rig: Rig) -> None:
    before = threading.active_count()
    own = rig.make(lines(1), enabled=False)
    own.start()
    assert threading.active_count() == before
    own.stop()


def test_the_real_process_is_started_as_configured(rig: Rig) -> None:
    own = OwnConsumption(
        Measured(period_s=0.3, cpu_watts=10, ram_watts=5),
        co2e_g_per_kwh=GRID,
        state_dir=rig.folder,
        link=rig.link,
        metrics=rig.metrics,
        pauses=QUICK,
    )
    ram = ("ram", "estimated")

    def told() -> bool:
        return rig.metrics.value("jauge_self_energy_low_joules_total", ram) > 0

    # Two seconds of processor time, at a low priority, on a machine that may be busy.
    running(own, told, patience_s=150)
    with open_ledger(rig.folder) as ledger:
        parts = {one.component: one for one in ledger.own_energy(0, 1e11)}
    assert set(parts) == {"cpu", "ram"}
    # 5 W for as long as it was watched, but for the moments between two samples.
    watts = parts["ram"].machine_wh * 3600 / parts["ram"].measured_s
    assert 1 < watts <= 5
    assert rig.errors() == 0
