"""Every figure of a factor set as lines: to list, to compare two sets, to find stale ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from proxy.impact.factors import PARTS, FactorSet, Part
from proxy.impact.figures import Figure, figures_in

__all__ = ["STALE_MONTHS", "Change", "Line", "compared", "latest_check", "lines", "shown", "stale"]

STALE_MONTHS = 18
"""Months after which a figure should be compared with its source again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a set."""

    document: str
    key: str
    figure: Figure

    @property
    def part(self) -> Part:
        """The cause under which a change of it is shown."""
        return next(part for part, names in PARTS.items() if self.document in names)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that two sets do not have alike; None where one lacks it."""

    document: str
    key: str
    old: Figure | None
    new: Figure | None


def shown(figure: Figure | None) -> str:
    """A figure on one line: its value, its ends where they differ, its unit."""
    if figure is None:
        return "none"
    ends = "" if figure.low == figure.high else f" [{figure.low:g}, {figure.high:g}]"
    unit = "" if figure.unit == "1" else f" {figure.unit}"
    return f"{figure.value:g}{ends}{unit}"


def lines(factors: FactorSet) -> Iterator[Line]:
    """Every figure in the order of the files."""
    for document, content in factors.parsed().items():
        for key, found in figures_in(content):
            yield Line(document, key, msgspec.convert(found, Figure, strict=False))


def latest_check(factors: FactorSet) -> dt.date:
    """The last day on which a figure of the set was compared with its source."""
    return max(line.figure.checked for line in lines(factors))


def stale(factors: FactorSet, today: dt.date) -> list[Line]:
    """Figures that nobody has compared with their source for `STALE_MONTHS`, the oldest first."""
    months = today.year * 12 + today.month - 1 - STALE_MONTHS
    year, month = divmod(months, 12)
    bound = dt.date(year, month + 1, min(today.day, 28))
    found = [line for line in lines(factors) if line.figure.checked < bound]
    return sorted(found, key=lambda line: line.figure.checked)


def compared(old: FactorSet, new: FactorSet) -> list[Change]:
    """What differs: values, ranges and units; a new date or source alone is no change."""
    before = {(line.document, line.key): line.figure for line in lines(old)}
    after = {(line.document, line.key): line.figure for line in lines(new)}
    return [
        Change(document, key, before.get((document, key)), after.get((document, key)))
        for document, key in sorted(before.keys() | after.keys())
        if not _alike(before.get((document, key)), after.get((document, key)))
    ]


def _alike(left: Figure | None, right: Figure | None) -> bool:
    if left is None or right is None:
        return left is right
    return (left.range, left.unit) == (right.range, right.unit)
