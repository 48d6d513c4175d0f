"""Which stretch of time a report is about, on the town hall's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from proxy.localtime import month_bounds

__all__ = [
    "Month",
    "PeriodError",
    "Stretch",
    "month_of",
    "parse_month",
    "parse_year",
    "stretch",
    "year_of",
]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
_YEAR = re.compile(r"\d{4}\Z")


class PeriodError(ValueError):
    """A period of which there can be no report; the message says what to write instead."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def moved(self, months: int) -> Month:
        """So many months later; earlier where negative."""
        year, month = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, month + 1)

    def bounds(self, tz: ZoneInfo) -> tuple[float, float]:
        """Unix times at which it and the next one start."""
        return month_bounds(self.year, self.number, tz)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month or a year, in Unix times."""

    kind: Literal["month", "year"]
    months: tuple[Month, ...]
    since: float
    until: float

    @property
    def name(self) -> str:
        """2026-10, or 2026."""
        return str(self.months[0]) if self.kind == "month" else f"{self.months[0].year:04d}"

    def before(self, tz: ZoneInfo) -> Stretch:
        """The month, or the year, before."""
        return stretch(tuple(one.moved(-len(self.months)) for one in self.months), tz)


def stretch(months: tuple[Month, ...], tz: ZoneInfo) -> Stretch:
    """One month, or the twelve of a year."""
    kind: Literal["month", "year"] = "month" if len(months) == 1 else "year"
    return Stretch(kind, months, months[0].bounds(tz)[0], months[-1].bounds(tz)[1])


def year_of(year: int, tz: ZoneInfo) -> Stretch:
    """A year of the calendar."""
    return stretch(tuple(Month(year, number) for number in range(1, 13)), tz)


def month_of(at: float, tz: ZoneInfo) -> Month:
    """The local month that holds a Unix time."""
    local = datetime.fromtimestamp(at, tz)
    return Month(local.year, local.month)


def parse_month(text: str, tz: ZoneInfo, now: float) -> Stretch:
    """A month that has begun. Raises PeriodError."""
    found = _MONTH.match(text)
    if found is None or int(found[1]) < 1970:
        raise PeriodError(f"expected a month such as 2026-10, got {text[:20]!r}")
    return _begun(stretch((Month(int(found[1]), int(found[2])),), tz), tz, now)


def parse_year(text: str, tz: ZoneInfo, now: float) -> Stretch:
    """A year that has begun. Raises PeriodError."""
    if not _YEAR.match(text) or int(text) < 1970:
        raise PeriodError(f"expected a year such as 2026, got {text[:20]!r}")
    return _begun(year_of(int(text), tz), tz, now)


def _begun(asked: Stretch, tz: ZoneInfo, now: float) -> Stretch:
    if asked.since > now:
        today = month_of(now, tz)
        raise PeriodError(
            f"{asked.name} has not begun: the latest month is {today}, still under way, and the "
            f"latest that is over is {today.moved(-1)}"
        )
    return asked
