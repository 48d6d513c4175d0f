"""Impacts as plain rows of numbers, in the order of the ledger's columns."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.records import QUANTITIES, Impact

__all__ = ["BOUNDS", "WIDTH", "Vector", "add", "flat", "plus", "scaled", "zero"]

type Vector = tuple[float, ...]

BOUNDS = ("low", "central", "high")
WIDTH = len(QUANTITIES) * len(BOUNDS)


def zero() -> Vector:
    """Nothing of anything."""
    return (0.0,) * WIDTH


def flat(impact: Impact) -> Vector:
    """Low, central, high of every quantity."""
    return tuple(getattr(getattr(impact, name), bound) for name in QUANTITIES for bound in BOUNDS)


def scaled(values: Vector, factor: float) -> Vector:
    """So many times over."""
    return tuple(value * factor for value in values)


def plus(*vectors: Vector) -> Vector:
    """The sum of some."""
    return tuple(map(sum, zip(*vectors, strict=True)))


def add(into: list[float], values: Sequence[float]) -> None:
    """Add to a running sum."""
    for index, value in enumerate(values):
        into[index] += value
