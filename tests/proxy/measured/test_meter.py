"""What CodeCarbon is told to assume."""

from __future__ import annotations

import os
import time

import pytest

from proxy.measured.meter import Meter, MeterError, default_cpu_watts, default_ram_watts

RAM_WATTS = 6.0


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    monkeypatch.chdir("/")  # the meter changes both, for a process of its own
    monkeypatch.setenv("HOME", os.environ["HOME"])
    return Meter(cpu_watts=12.0, ram_watts=RAM_WATTS)


class Clock:
    """Stands still but for a microsecond a look, so that nothing divides by zero."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1e-6
        return self.now


def test_energy_is_that_of_the_span_and_of_no_moment_outside(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)  # CodeCarbon's
    for seconds in (10.0, 0.5, 60.0):
        clock.now += 3600.0  # outside
        meter.begin()
        clock.now += seconds
        energies = meter.end()
        assert energies.ram_j == pytest.approx(RAM_WATTS * seconds, rel=0.001)
        if meter.source == "estimated":
            assert 1.19 * seconds < energies.cpu_j < 12.01 * seconds


def test_without_a_beginning_there_is_an_error(meter: Meter) -> None:
    with pytest.raises(MeterError):
        meter.end()


def test_it_remembers_no_span(meter: Meter) -> None:
    for _ in range(3):
        meter.begin()
        meter.end()
    assert meter._tracker._tasks == {}


def test_default_power() -> None:
    # 3 W per 8 GiB; 4 W per thread.
    assert default_ram_watts(16 * 1024**3) == pytest.approx(6.0)
    assert default_cpu_watts() == 4.0 * (os.cpu_count() or 1)
