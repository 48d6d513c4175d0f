"""What a tool says of its own footprint: a separate track, never mixed with estimates.

Albert and Otoroshi report energy and carbon with some answers. Their zeros are a known
fault where parameters are unset, so a zero means unknown, never free.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from proxy.exchange import Exchange

__all__ = ["Reported", "reported"]


@dataclass(frozen=True, slots=True)
class Reported:
    """Low and high as the tool states them; None where it states nothing usable."""

    energy_wh: tuple[float, float] | None
    ghg_gco2e: tuple[float, float] | None


def reported(exchange: Exchange) -> Reported | None:
    """The footprint that the exchange's tool reported; None without one."""
    said = exchange.reported
    if said is None:
        return None
    energy = _ends(said.energy_min_kwh, said.energy_max_kwh)
    ghg = _ends(said.ghg_min_kgco2e, said.ghg_max_kgco2e)
    return None if energy is None and ghg is None else Reported(energy, ghg)


def _ends(low: float | None, high: float | None) -> tuple[float, float] | None:
    """In thousandths (Wh, g); a missing end is the other one."""
    known = [end * 1e3 for end in (low, high) if end is not None and _usable(end)]
    return (min(known), max(known)) if known else None


def _usable(value: float) -> bool:
    return math.isfinite(value) and value > 0
