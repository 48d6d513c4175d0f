"""An outcome as text for people, and as plain data for programs.

The parts of a printed column add up to its change: totals are rounded first, and the parts
are what lies between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from proxy.records import QUANTITIES
from proxy.restate.outcome import CAUSES, ORIGINAL, STAGES, Check, Outcome
from proxy.restate.vector import BOUNDS

__all__ = ["as_data", "as_text"]

DIGITS = 6
"""Significant digits of the largest figure of a quantity."""


@dataclass(frozen=True, slots=True)
class _Unit:
    label: str
    symbol: str
    divisor: float


_SHOWN: dict[str, _Unit] = {
    "energy_wh": _Unit("energy", "kWh", 1000),
    "water_onsite_ml": _Unit("water on site", "L", 1000),
    "water_electricity_ml": _Unit("water of electricity", "L", 1000),
    "ghg_use_gco2e": _Unit("GHG of use", "kgCO2e", 1000),
    "ghg_hardware_gco2e": _Unit("GHG of hardware", "kgCO2e", 1000),
    "adpe_kgsb": _Unit("abiotic depletion", "mgSb eq", 1e-6),
    "primary_energy_mj": _Unit("non-renewable primary energy", "MJ", 1),
}


def as_text(outcome: Outcome, timezone: ZoneInfo) -> str:
    """What was done, the change by cause, and the error of what is approximate."""
    return "\n".join(
        [*_head(outcome, timezone), "", *_changes(outcome), *_errors(outcome), ""]
    ).rstrip("\n")


def _head(outcome: Outcome, timezone: ZoneInfo) -> Iterator[str]:
    progress = outcome.progress
    done = "restated" if outcome.written else "would be restated (dry run, nothing was written)"
    yield (
        f"{progress.requests} exchanges from {_when(outcome.since, timezone)} to "
        f"{_when(outcome.until, timezone)} {done} by the factor set {outcome.factor_set}"
    )
    for number, text in (
        (progress.exact_hours, "from their rows"),
        (progress.approximate_hours, "from their sums, approximately"),
        (progress.kept_hours, "kept as restated from rows that are gone since"),
        (progress.same_hours, "by this factor set already"),
    ):
        if number:
            yield f"  {number} hours {text}"
    if outcome.resumed:
        yield "  went on where an earlier run was broken off"
    if progress.missing_sets:
        yield f"  not at hand, hence not split by cause: {', '.join(progress.missing_sets)}"


def _when(at: int, timezone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, timezone).strftime("%Y-%m-%d %H:%M") if at else "the start"


def _changes(outcome: Outcome) -> Iterator[str]:
    for quantity in QUANTITIES:
        unit = _SHOWN[quantity]
        rounded = _rounded(outcome, quantity)
        yield f"{unit.label}, {unit.symbol}"
        yield _row("", *BOUNDS)
        yield _row("original", *(f"{rounded[ORIGINAL, bound]:,}" for bound in BOUNDS))
        for cause in outcome.causes():
            before = STAGES[STAGES.index(cause) - 1]
            parts = (rounded[cause, bound] - rounded[before, bound] for bound in BOUNDS)
            yield _row(f"  {cause}", *(f"{part:+,}" for part in parts))
        yield _row("restated", *(f"{rounded[STAGES[-1], bound]:,}" for bound in BOUNDS))
        yield ""
    yield "Causes, in the order in which they were applied:"
    for cause in outcome.causes():
        yield f"  {cause}: {CAUSES[cause]}"
    yield ""


def _rounded(outcome: Outcome, quantity: str) -> dict[tuple[str, str], Decimal]:
    """Every total in the unit shown, all to the same place."""
    divisor = _SHOWN[quantity].divisor
    values = {
        (stage, bound): Decimal(outcome.total(stage, quantity, bound) / divisor)
        for stage in STAGES
        for bound in BOUNDS
    }
    largest = max(values.values(), key=abs)
    places = max(0, DIGITS - 1 - largest.adjusted()) if largest else 0
    unit = Decimal(1).scaleb(-places)
    return {key: value.quantize(unit) for key, value in values.items()}


def _row(label: str, *cells: str) -> str:
    return f"  {label:<16}" + "".join(f"{cell:>18}" for cell in cells)


def _errors(outcome: Outcome) -> Iterator[str]:
    checks = outcome.progress.checks
    if not checks:
        yield "No hour has its rows any more: the error of the approximation is not known."
        return
    yield "Error of working from sums, where rows can tell (central, worst of low and high):"
    yield f"  {'':<10}" + "".join(f"{_SHOWN[name].label[:18]:>20}" for name in QUANTITIES)
    for month, check in sorted(checks.items()):
        yield f"  {month:<10}" + "".join(f"{cell:>20}" for cell in _cells(check))


def _cells(check: Check) -> Iterator[str]:
    errors = check.errors()
    for index in range(0, len(errors), len(BOUNDS)):
        low, central, high = errors[index : index + len(BOUNDS)]
        ends = [end for end in (low, high) if end is not None]
        worst = max(ends, key=abs, default=None)
        yield f"{_percent(central)}, {_percent(worst)}"


def _percent(error: float | None) -> str:
    return "–" if error is None else f"{100 * error:+.2f} %"


def as_data(outcome: Outcome) -> dict[str, object]:
    """The same in the ledger's units, unrounded."""
    progress = outcome.progress
    return {
        "factor_set": outcome.factor_set,
        "since": outcome.since,
        "until": outcome.until,
        "written": outcome.written,
        "resumed": outcome.resumed,
        "requests": progress.requests,
        "hours": {
            "exact": progress.exact_hours,
            "approximate": progress.approximate_hours,
            "kept": progress.kept_hours,
            "same": progress.same_hours,
        },
        "missing_sets": progress.missing_sets,
        "order": outcome.causes(),
        "quantities": {name: _quantity(outcome, name) for name in QUANTITIES},
        "approximation": {
            month: {"requests": check.requests, "relative_error": _named_errors(check)}
            for month, check in sorted(progress.checks.items())
        },
    }


def _quantity(outcome: Outcome, name: str) -> dict[str, object]:
    def of(stage: str) -> dict[str, float]:
        return {bound: outcome.total(stage, name, bound) for bound in BOUNDS}

    return {
        "original": of(ORIGINAL),
        "restated": of(STAGES[-1]),
        "change": {bound: float(outcome.change(name, bound)) for bound in BOUNDS},
        "causes": {
            cause: {bound: float(outcome.part(cause, name, bound)) for bound in BOUNDS}
            for cause in outcome.causes()
        },
    }


def _named_errors(check: Check) -> dict[str, dict[str, float | None]]:
    errors = iter(check.errors())
    return {name: {bound: next(errors) for bound in BOUNDS} for name in QUANTITIES}
