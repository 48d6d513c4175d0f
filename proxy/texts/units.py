"""Quantities in units that a reader knows. The ledger's unit is in a quantity's name.

A quantity may be called by its name in the ledger (energy_wh) or by that unit (Wh, gCO2e).

The prefix goes by the central value, and one prefix serves low, central and high.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Unit", "unit_for", "units_of"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, and how many of the ledger's unit it holds."""

    symbol: str
    size: float


_LADDERS: dict[str, tuple[Unit, ...]] = {
    "wh": (Unit("mWh", 1e-3), Unit("Wh", 1), Unit("kWh", 1e3), Unit("MWh", 1e6), Unit("GWh", 1e9)),
    "ml": (Unit("mL", 1), Unit("L", 1e3), Unit("m³", 1e6)),
    "gco2e": (
        Unit("mg\u00a0CO₂e", 1e-3),
        Unit("g\u00a0CO₂e", 1),
        Unit("kg\u00a0CO₂e", 1e3),
        Unit("t\u00a0CO₂e", 1e6),
    ),
    "kgsb": (
        Unit("µg\u00a0Sb\u00a0eq", 1e-9),
        Unit("mg\u00a0Sb\u00a0eq", 1e-6),
        Unit("g\u00a0Sb\u00a0eq", 1e-3),
        Unit("kg\u00a0Sb\u00a0eq", 1),
    ),
    "mj": (Unit("kJ", 1e-3), Unit("MJ", 1), Unit("GJ", 1e3), Unit("TJ", 1e6)),
}
"""From small to large, by the last part of a quantity's name: energy_wh, adpe_kgsb."""
_USUAL = {"wh": "Wh", "ml": "mL", "gco2e": "g\u00a0CO₂e", "kgsb": "mg\u00a0Sb\u00a0eq", "mj": "MJ"}
"""For nothing at all."""


def units_of(quantity: str) -> tuple[Unit, ...]:
    """The units that a quantity may be shown in. Raises KeyError for an unknown one."""
    return _LADDERS[_last(quantity)]


def _last(quantity: str) -> str:
    return quantity.rpartition("_")[2].lower()


def unit_for(quantity: str, central: float, high: float = 0.0) -> Unit:
    """The largest unit of which `central` (in the ledger's unit) holds at least one.

    Where `high` would take thousands of it, the next larger one, if a tenth is in the centre:
    0,15 – 0,80 – 25 kWh is easier to read than 150 – 800 – 25 000 Wh.
    """
    ladder = units_of(quantity)
    central = central or high
    if central == 0:
        usual = _USUAL[_last(quantity)]
        return next(unit for unit in ladder if unit.symbol == usual)
    place = max((at for at, unit in enumerate(ladder) if abs(central) >= unit.size), default=0)
    for larger in ladder[place + 1 :]:
        if abs(high) >= larger.size and abs(central) >= larger.size / 10:
            return larger
    return ladder[place]
