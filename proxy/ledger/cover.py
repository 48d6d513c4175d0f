"""Which lines of the roll-ups cover a period: whole UTC days, and the hours at its ends.

A busy day has some thirteen times fewer lines than its hours have, and a month is read that
much faster.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select, Subquery, Table, select, union_all

from proxy.ledger.schema_days import DAY_S, DAYS

__all__ = ["Cover", "Span", "cover", "lines", "within"]

type Span = tuple[float, float]
"""Unix times, the second not included."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The hours that start in a period, each once."""

    days: Span | None
    """The whole days in it: from the start of the first to the end of the last."""
    hours: tuple[Span, ...]
    """What is left at its ends."""


def cover(since: float, until: float) -> Cover:
    """How the hours that start in [since, until) are read."""
    first, last = math.ceil(since / DAY_S) * DAY_S, math.floor(until / DAY_S) * DAY_S
    if first >= last:
        return Cover(None, ((since, until),))
    ends = ((since, first), (last, until))
    return Cover((first, last), tuple(one for one in ends if one[0] < one[1]))


def lines(hourly: Table, since: float, until: float, names: Sequence[str]) -> Subquery:
    """Columns of the lines that cover the hours that start in [since, until), to be summed."""
    of = cover(since, until)
    parts = [within(hourly, one, names) for one in of.hours]
    if of.days:
        parts.append(within(DAYS[hourly], of.days, names))
    return union_all(*parts).subquery()


def within(table: Table, span: Span, names: Sequence[str]) -> Select[Any]:
    """Columns of a table's lines whose hour or day, its first column, starts in a span."""
    start: Column[int] = table.columns[0]
    return select(*(table.c[name] for name in names)).where(start >= span[0], start < span[1])
