"""Which monthly report is due, and whether the clock can be believed.

A month is due once it is over, and once only. Nothing is made while the clock has just
jumped, and what a clock that ran ahead had made too early is made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from proxy.report.period import Month, month_of

__all__ = ["GRACE_S", "LOOK_BACK", "STEADY_S", "SteadyClock", "due"]

GRACE_S = 1800.0
"""How long after a month's end its report waits: exchanges under way end, counts arrive."""
LOOK_BACK = 12
"""Months that are caught up with after a long downtime, and after the first start."""
STEADY_S = 600.0
"""How long the clock must have run evenly before it is believed."""
JUMP_S = 30.0
"""A step of the clock that is no correction of its speed."""


def due(
    now: float, since: float | None, made: Mapping[str, float], tz: ZoneInfo
) -> tuple[Month, ...]:
    """The months whose report is missing, oldest first.

    `since`: Unix time of the first thing in the ledger; None for an empty one. `made`:
    month to the time at which its report was made: before its end, or after now, it does
    not count, since the clock was wrong then.
    """
    if since is None:
        return ()
    current, first = month_of(now, tz), month_of(since, tz)
    months = (current.moved(-step) for step in range(LOOK_BACK, 0, -1))
    return tuple(
        month
        for month in months
        if month >= first
        and month.bounds(tz)[1] + GRACE_S <= now
        and not month.bounds(tz)[1] <= made.get(str(month), 0.0) <= now + JUMP_S
    )


class SteadyClock:
    """Tells whether the wall clock has run like the monotonic one for long enough."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._since = 0.0

    def steady(self, wall: float, monotonic: float) -> bool:
        """Look at both clocks, in seconds; to be called every minute or so."""
        offset = wall - monotonic
        if self._offset is None or abs(offset - self._offset) > JUMP_S:
            self._since = monotonic
        self._offset = offset
        return monotonic - self._since >= STEADY_S
