"""A figure and where it comes from. No figure without unit, source and date enters the product."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.records import Range

__all__ = ["FactorError", "Figure", "checked_unit"]

Text = Annotated[str, Meta(min_length=1)]


class FactorError(ValueError):
    """A factor file that cannot be used: the message names file, key, expectation, remedy."""


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published or derived number with its range."""

    value: float
    """Central."""
    low: float
    high: float
    unit: Text
    source: Text
    checked: dt.date
    """Day on which somebody last compared it with its source."""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"expected low <= value <= high, got {self.low}, {self.value}, {self.high}"
            )

    @property
    def range(self) -> Range:
        """The figure as a range, in its unit."""
        return Range(self.low, self.value, self.high)


def checked_unit(figure: Figure, unit: str, key: str) -> Figure:
    """The figure, whose unit must be `unit`. Raises FactorError naming the key."""
    if figure.unit != unit:
        raise FactorError(f"{key}: expected the unit {unit}, got {figure.unit}; convert the figure")
    return figure
