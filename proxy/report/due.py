"""Which reports are due, and whether the clock can be believed.

A month is due once it is over, and once only; so is a year. Nothing is made while the clock
has just jumped, and what a clock that ran ahead had made too early is made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from proxy.report.period import Stretch, month_of, stretch, year_of

__all__ = ["GRACE_S", "LOOK_BACK", "STEADY_S", "SteadyClock", "due"]

GRACE_S = 1800.0
"""How long after a period's end its report waits: exchanges under way end, counts arrive."""
LOOK_BACK = 12
"""Months that are caught up with after a long downtime, and after the first start; of years
only the last one is."""
STEADY_S = 600.0
"""How long the clock must have run evenly before it is believed."""
JUMP_S = 30.0
"""A step of the clock that is no correction of its speed."""


def due(
    now: float, since: float | None, made: Mapping[str, float], tz: ZoneInfo
) -> tuple[Stretch, ...]:
    """The periods whose report is missing: months, oldest first, then the year that is over.

    A year takes longer to make, and must not hold up a month if it fails. `since`: Unix time of
    the first thing in the ledger; None for an empty one. `made`: name of a period to the time at
    which its report was made: before its end, or after now, it does not count, since the clock
    was wrong then.
    """
    if since is None:
        return ()
    current = month_of(now, tz)
    months = (stretch((current.moved(-step),), tz) for step in range(LOOK_BACK, 0, -1))
    return tuple(
        one
        for one in (*months, year_of(current.year - 1, tz))
        if one.until > since
        and one.until + GRACE_S <= now
        and not one.until <= made.get(one.name, 0.0) <= now + JUMP_S
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
