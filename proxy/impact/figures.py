"""A figure and where it comes from. No figure without unit, source and date enters the product."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.records import Range

__all__ = ["FactorError", "Figure", "checked_unit", "convert", "figures_in"]

Text = Annotated[str, Meta(min_length=1)]


class FactorError(ValueError):
    """A factor file that cannot be used: the message names file, key, expectation, remedy."""

    def __init__(self, file: str, key: str, expected: str, remedy: str) -> None:
        self.file, self.key, self.expected, self.remedy = file, key, expected, remedy
        place = f"{file}: {key}" if key else file
        super().__init__(f"{place}: {expected}. {remedy}")


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
        if not all(map(math.isfinite, (self.low, self.value, self.high))):
            raise ValueError("expected finite numbers")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"expected low <= value <= high, got {self.low}, {self.value}, {self.high}"
            )

    @property
    def range(self) -> Range:
        """The figure as a range, in its unit."""
        return Range(self.low, self.value, self.high)


def checked_unit(figure: Figure, unit: str, file: str, key: str) -> Figure:
    """The figure, whose unit must be `unit` and whose value must fit it. Raises FactorError."""
    if figure.unit != unit:
        raise FactorError(
            file, key, f"expected the unit {unit}, got {figure.unit}", "Convert the figure."
        )
    if unit != "1" and figure.low < 0:
        raise FactorError(
            file, key, f"expected {unit} of 0 or more, got {figure.low}", "Correct the figure."
        )
    return figure


def convert[T](data: object, shape: type[T], file: str, remedy: str = "See docs/method/.") -> T:
    """The content of a factor file as its type. Raises FactorError naming the exact key."""
    try:
        return msgspec.convert(data, shape, strict=False)
    except msgspec.ValidationError as error:
        for key, candidate in figures_in(data):
            try:
                msgspec.convert(candidate, Figure, strict=False)
            except msgspec.ValidationError as inner:
                raise FactorError(file, key, _plain(inner), remedy) from error
        message, _, path = str(error).partition(" - at ")
        raise FactorError(file, path.strip("`$."), message, remedy) from error


def figures_in(data: object, prefix: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Everything in a parsed file that is, or was meant as, a figure, by its dotted key."""
    if isinstance(data, dict):
        if "value" in data or {"low", "high"} & data.keys():
            yield prefix.rstrip("."), data
            return
        for key, item in data.items():
            yield from figures_in(item, f"{prefix}{key}.")
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from figures_in(item, f"{prefix}{index}.")


def _plain(error: msgspec.ValidationError) -> str:
    text = str(error).replace("Object missing required field", "missing")
    return text.replace(" - at `$", " at `").replace("`.", "`")
