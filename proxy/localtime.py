"""Days and months of the town hall as Unix times: they start at local midnight."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

__all__ = ["day_start", "month_bounds", "months_before"]


def day_start(day: date, tz: ZoneInfo) -> float:
    """Unix time at which a local day starts."""
    return datetime.combine(day, time.min, tz).timestamp()


def month_bounds(year: int, month: int, tz: ZoneInfo) -> tuple[float, float]:
    """Unix times at which a local month and the one after it start."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return day_start(date(year, month, 1), tz), day_start(after, tz)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day when it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
