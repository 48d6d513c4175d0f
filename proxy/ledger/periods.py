"""What an operator names a time zone or a moment by."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from proxy.ledger.errors import LedgerError
from proxy.localtime import day_start

__all__ = ["parse_instant", "zone"]

_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")


def zone(name: str) -> ZoneInfo:
    """The time zone of that name (IANA); raises LedgerError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LedgerError(
            "refused", f"no such time zone: {name!r}; use one like Europe/Paris"
        ) from None


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
