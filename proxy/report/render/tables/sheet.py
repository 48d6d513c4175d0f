"""One table before it is a file: columns by key, rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.report.figures import Amount, Share

__all__ = ["AMOUNT", "SHARE", "Cell", "Sheet", "amount_cells", "share_cells"]

type Cell = str | int | float | None
"""None: unknown, or nothing to say; an empty cell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns (keys of the catalogue `csv`) and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


AMOUNT = ("quantity", "unit", "low", "central", "high", "source")
"""Columns of an amount."""
SHARE = ("part", "whole", "whole_unit", "ratio", "ratio_low", "ratio_high")
"""Columns of a share."""


def amount_cells(amount: Amount) -> tuple[Cell, ...]:
    """The cells of `AMOUNT`."""
    return (
        amount.quantity,
        amount.unit,
        amount.low,
        amount.central,
        amount.high,
        amount.source,
    )


def share_cells(share: Share | None) -> tuple[Cell, ...]:
    """The cells of `SHARE`."""
    if share is None:
        return (None,) * len(SHARE)
    return (share.part, share.whole, share.unit, share.ratio, share.low, share.high)
