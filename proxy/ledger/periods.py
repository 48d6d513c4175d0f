"""Days and months of the town hall as Unix times: they start at local midnight."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from proxy.ledger.errors import LedgerError

__all__ = ["day_start", "month_bounds", "months_before", "parse_instant", "zone"]

_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")


def zone(name: str) -> ZoneInfo:
    """The time zone of that name (IANA); raises LedgerError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LedgerError(
            "refused", f"no such time zone: {name!r}; use one like Europe/Paris"
        ) from None


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


def parse_instant(text: str, tz: ZoneInfo) -> float:
    """The Unix time that a text names: a month (2026-10), a date, or an ISO 8601 instant.

    A month or a date means its first moment; an instant without an offset is local, and
    the earlier of the two where clocks are set back. Raises ValueError.
    """
    month = _MONTH.match(text)
    if month:
        return day_start(date(int(month[1]), int(month[2]), 1), tz)
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=tz)).timestamp()
