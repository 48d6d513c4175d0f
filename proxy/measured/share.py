"""Our share of what the machine consumed, as a range: nobody can say whose the idle watts are.

    capacity   own / capacity     idle power is nobody's: what we added to a machine that runs
    busy       own / busy         idle power belongs to those who worked
    rule       watts s own / capacity, for estimates: full power while one of our instructions
               runs, nothing otherwise (CodeCarbon's rule for processes)

Low and high are the extremes of those that apply, central is their unweighted geometric
mean, as for the estimates of exchanges.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from proxy.measured.sample import Sample, Source
from proxy.records import Range

__all__ = ["COMPONENTS", "Component", "Consumption", "consumed"]

Component = Literal["cpu", "ram"]
COMPONENTS: tuple[Component, ...] = ("cpu", "ram")


@dataclass(frozen=True, slots=True)
class Consumption:
    """One component's electricity in one period, in joules, cooling left out."""

    component: Component
    source: Source
    seconds: float
    machine_j: float
    own_j: Range


def consumed(sample: Sample) -> tuple[Consumption, ...]:
    """What was ours, by component. Negative or impossible readings are brought to bounds."""
    cpu_j, ram_j = max(0.0, sample.cpu_j), max(0.0, sample.ram_j)
    of_capacity = _ratio(sample.own_cpu_s, sample.capacity_cpu_s)
    of_busy = _ratio(sample.own_cpu_s, sample.busy_cpu_s)
    cpu = [cpu_j * of_capacity, cpu_j * of_busy]
    if sample.cpu_watts is not None:
        cpu.append(max(0.0, sample.cpu_watts * sample.seconds) * of_capacity)
    memory = [
        ram_j * _ratio(sample.own_private_bytes, sample.total_bytes),
        ram_j * _ratio(sample.own_resident_bytes, sample.used_bytes),
    ]
    return (
        Consumption("cpu", sample.cpu_source, sample.seconds, cpu_j, _span(cpu)),
        # No machine that we know of counts what its memory takes.
        Consumption("ram", "estimated", sample.seconds, ram_j, _span(memory)),
    )


def _ratio(part: float, whole: float) -> float:
    """A share of 0 to 1. The kernel counts in ticks: a part may seem to exceed its whole."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0


def _span(values: Sequence[float]) -> Range:
    low, high = min(values), max(values)
    central = math.prod(values) ** (1 / len(values)) if low > 0 else 0.0
    return Range(low, min(max(low, central), high), high)
