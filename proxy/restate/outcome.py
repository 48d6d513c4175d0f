"""What a restatement found: totals after each cause, and the error of the approximation.

The causes form a chain: each takes the figures from what the one before left to its own.
What a cause did is the difference of two totals, so the parts add up to the whole change
by construction, to the last bit (`change` and `part` are exact fractions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from proxy.records import QUANTITIES
from proxy.restate.vector import BOUNDS, WIDTH, Vector, add

__all__ = ["CAUSES", "ORIGINAL", "STAGES", "Check", "Outcome", "Progress"]

ORIGINAL = "original"

CAUSES: Mapping[str, str] = {
    "coverage": "exchanges that had no estimate",
    "unattributed": "the original factor set is not at hand",
    "program": "the same factors, by this version of the program",
    "models": "model data",
    "grid": "electricity grids",
    "datacentres": "data centres and places",
    "method": "coefficients of the method",
    "approximation": "hours without rows: what their sums cannot tell",
}
"""Causes in the order in which they are applied, which matters: two that multiply share
their product, and the later one is given it."""

STAGES = (ORIGINAL, *CAUSES)


class Check(msgspec.Struct):
    """One month, restated both from its rows and from its sums."""

    requests: int = 0
    exact: list[float] = msgspec.field(default_factory=lambda: [0.0] * WIDTH)
    approximate: list[float] = msgspec.field(default_factory=lambda: [0.0] * WIDTH)

    def errors(self) -> list[float | None]:
        """Relative error of the approximation, per quantity and bound; None where 0 is exact."""
        pairs = zip(self.approximate, self.exact, strict=True)
        return [None if exact == 0 else found / exact - 1 for found, exact in pairs]


class Progress(msgspec.Struct):
    """Running sums; what a restatement that was broken off must find again."""

    requests: int = 0
    exact_hours: int = 0
    """Restated from their rows."""
    approximate_hours: int = 0
    """Restated from their sums."""
    kept_hours: int = 0
    """Restated from their rows earlier, which are gone since: left as they are."""
    same_hours: int = 0
    """By this factor set already."""
    missing_sets: list[str] = []
    """Original factor sets that are neither current nor archived."""
    totals: dict[str, list[float]] = msgspec.field(
        default_factory=lambda: {stage: [0.0] * WIDTH for stage in STAGES}
    )
    """Sum of everything as it stands after each stage."""
    checks: dict[str, Check] = {}
    """By month, such as 2026-10."""

    def add(self, stages: Sequence[Vector]) -> None:
        """Add one exchange or one line: its figures after each stage, in their order."""
        for stage, values in zip(STAGES, stages, strict=True):
            add(self.totals[stage], values)

    def check(self, month: str) -> Check:
        """The check of a month."""
        return self.checks.setdefault(month, Check())

    @property
    def hours(self) -> int:
        """Hours that were looked at."""
        return self.exact_hours + self.approximate_hours + self.kept_hours + self.same_hours


@dataclass(frozen=True, slots=True)
class Outcome:
    """One restatement, done or tried."""

    factor_set: str
    since: int
    until: int
    """Unix times of whole UTC hours."""
    written: bool
    """False after a dry run."""
    resumed: bool
    progress: Progress

    def total(self, stage: str, quantity: str, bound: str) -> float:
        """A quantity of everything as it stands after a stage."""
        return self.progress.totals[stage][_index(quantity, bound)]

    def part(self, cause: str, quantity: str, bound: str) -> Fraction:
        """What a cause changed, exactly."""
        before = STAGES[STAGES.index(cause) - 1]
        after = Fraction(self.total(cause, quantity, bound))
        return after - Fraction(self.total(before, quantity, bound))

    def change(self, quantity: str, bound: str) -> Fraction:
        """The whole change, exactly: the sum of the parts of all causes."""
        after = Fraction(self.total(STAGES[-1], quantity, bound))
        return after - Fraction(self.total(ORIGINAL, quantity, bound))

    def causes(self) -> list[str]:
        """Those that changed anything, and always the four parts of a factor set."""
        always = {"models", "grid", "datacentres", "method"}
        totals = self.progress.totals
        pairs = zip(STAGES[1:], STAGES, strict=False)
        return [now for now, before in pairs if now in always or totals[now] != totals[before]]


def _index(quantity: str, bound: str) -> int:
    return QUANTITIES.index(quantity) * len(BOUNDS) + BOUNDS.index(bound)
