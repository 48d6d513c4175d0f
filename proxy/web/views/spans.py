"""Ranges as the page writes them: the two ends large, the central value beside, one unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from proxy.records import Range
from proxy.texts import Texts
from proxy.texts.numbers import RANGE, triple
from proxy.texts.units import Unit, unit_for
from proxy.web.figures import Tally

__all__ = ["Card", "Mark", "Span", "card", "cell", "common_unit", "in_unit", "span"]

_TRACK = 100.0
"""Width of the little bar of a card, in its own units."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range in words."""

    ends: str
    """0,41 – 3,1, without the unit; one figure where low and high are the same."""
    unit: str
    central: str
    """With its unit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where low, central and high lie on a bar from 0 to high, 0 to 100."""

    low: float
    wide: float
    central: float


@dataclass(frozen=True, slots=True)
class Card:
    """One quantity at a glance."""

    title: str
    note: str
    month: Span | None
    """None where nothing was estimated."""
    today: str
    mark: Mark | None


def span(quantity: str, value: Range, texts: Texts) -> Span:
    """A range of a quantity of the ledger, in the unit that fits its central value."""
    unit = unit_for(quantity, value.central, value.high)
    three = tuple(one / unit.size for one in (value.low, value.central, value.high))
    low, central, high = triple(three, texts.lang)
    ends = low if value.low == value.high else f"{low}{RANGE}{high}"
    return Span(ends, unit.symbol, f"{central}\u00a0{unit.symbol}")


def card(quantity: str, texts: Texts, *, month: Tally, today: Tally, key: str) -> Card:
    """The card of one quantity; `key` of its title and note in the catalogue."""
    value = month.ranges[quantity]
    return Card(
        title=texts.t(f"page.overview.{key}"),
        note=texts.t(f"page.overview.{key}_note"),
        month=span(quantity, value, texts) if month.estimated else None,
        today=cell(quantity, today, texts),
        mark=_mark(value) if month.estimated and value.high > 0 else None,
    )


def cell(quantity: str, tally: Tally, texts: Texts, unit: Unit | None = None) -> str:
    """Low – central – high for a table, in `unit` or the one that fits; or why there is none."""
    if not tally.estimated:
        return texts.t("page.no_estimate") if tally.requests else texts.t("page.none")
    value = tally.ranges[quantity]
    if unit is None:
        return texts.quantity(quantity, value)
    return texts.range(in_unit(value, unit), unit.symbol)


def common_unit(quantity: str, tallies: Iterable[Tally]) -> Unit:
    """One unit for a whole column, so that its lines can be compared: that of the largest."""
    values = [one.ranges[quantity] for one in tallies if one.estimated]
    largest = max(values, key=lambda one: (one.central, one.high), default=Range(0.0, 0.0, 0.0))
    return unit_for(quantity, largest.central, largest.high)


def in_unit(value: Range, unit: Unit) -> Range:
    """A range of the ledger in another unit."""
    return Range(value.low / unit.size, value.central / unit.size, value.high / unit.size)


def _mark(value: Range) -> Mark:
    scale = _TRACK / value.high
    return Mark(value.low * scale, (value.high - value.low) * scale, value.central * scale)
