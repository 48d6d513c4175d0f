"""The numbers of a report: each with its unit, its range and where it comes from.

Low, central and high travel together. A share keeps its two counts, so that nobody has to
guess what it is a share of. Nothing here is a sentence: words are the catalogues' matter.
"""

from __future__ import annotations

import msgspec

from proxy.records import Range

__all__ = ["Amount", "Part", "Share", "Span", "amount", "share"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part of a report: immutable, unknown keys refused."""


class Amount(Part, frozen=True):
    """A quantity: low <= central <= high, in `unit`."""

    quantity: str
    """energy, water_onsite, water_electricity, water, ghg_use, ghg_hardware, ghg, adpe,
    primary_energy; or what the field that holds it says."""
    unit: str
    """Wh, mL, gCO2e, kgSb, MJ; the words rescale (Wh to kWh), the data do not."""
    low: float
    central: float
    high: float
    source: str
    """Key of the method, or of the factor set: see `Method.factor_sets` and `SOURCES`."""

    @property
    def range(self) -> Range:
        """Without unit."""
        return Range(self.low, self.central, self.high)


class Span(Part, frozen=True):
    """A range that may have no upper end: None stands for "without limit"."""

    low: float | None
    central: float | None
    high: float | None
    unit: str
    source: str


class Share(Part, frozen=True):
    """So many of so many. The ratio is part / whole; there is none where whole is 0."""

    part: int
    whole: int
    unit: str
    """Of both: requests, answers, agents, departments, hours, tools."""
    low: float | None = None
    high: float | None = None
    """Ends of the 95 % interval of the ratio (Wilson) where the part is an estimate of
    something that lies behind; None where everything was counted."""

    @property
    def ratio(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.part / self.whole if self.whole else None


def amount(quantity: str, unit: str, span: Range, source: str) -> Amount:
    """An amount from a range."""
    return Amount(
        quantity=quantity,
        unit=unit,
        low=span.low,
        central=span.central,
        high=span.high,
        source=source,
    )


def share(part: float, whole: float, unit: str) -> Share:
    """A share of what was counted whole: no interval."""
    return Share(part=int(part), whole=int(whole), unit=unit)
