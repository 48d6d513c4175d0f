"""Reading the ledger for the page: off the event loop, seldom, and never as an error.

A reading is kept for some seconds, however many browsers ask; those that ask meanwhile wait
for the one that is under way. Where the ledger cannot be read, the page says so, and shows
what was read last with its time.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import dropwhile

from proxy.coverage import SIMULATED
from proxy.ledger import Ledger, LedgerError
from proxy.localtime import day_start, months_before
from proxy.privacy import merge_small
from proxy.web.figures import Figures, Tally, figures, tally

__all__ = ["MONTHS", "Reader", "Reading"]

KEEP_S = 10.0
"""How long a reading is shown again, in seconds, at the least."""
SHARE = 10.0
"""A reading is shown again for at least so many times what it took: on a large ledger, too,
the page takes no more than a tenth of one core."""
KEEP_MONTHS_S = 600.0
"""The same for months that are over: they change by restatement alone."""
MONTHS = 13
"""Months of the history, the present one included: each is seen beside its like last year."""
UNPLACED = "unknown"
"""Department of traffic that no rule places: nobody's headcount, so never merged."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ledger held."""

    at: datetime
    """When it was read, in the town hall's time."""
    today: Figures | None = None
    month: Figures | None = None
    history: Mapping[str, Tally | None] = field(default_factory=dict)
    """By month (2026-10), from the first one with a request to the present one; None of one
    without."""
    last_exchange: float | None = None
    simulated: bool = False
    """Whether a simulation has filled the ledger: every page must say so."""
    fault: str | None = None
    """Kind of the LedgerError that kept a newer reading away; `closed` before it is open."""

    @property
    def is_known(self) -> bool:
        """Whether there are figures."""
        return self.month is not None


class Reader:
    """Gives the newest reading there is."""

    def __init__(
        self,
        ledger: Callable[[], Ledger | None],
        headcounts: Mapping[str, int],
        k: int,
        *,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock`: Unix time; `timer`: seconds that only ever grow."""
        self._ledger = ledger
        self._headcounts = dict(headcounts)
        self._k = k
        self._clock = clock
        self._timer = timer
        self._turn = asyncio.Lock()
        self._reading: Reading | None = None
        self._fresh_until = -math.inf
        self._months: dict[str, tuple[float, Tally | None]] = {}
        """Months that are over, with the time of their reading."""
        self._simulated = False

    async def read(self) -> Reading:
        """The newest reading. Never raises for what the ledger does."""
        async with self._turn:
            began = self._timer()
            if self._reading is None or began >= self._fresh_until:
                self._reading = await asyncio.to_thread(self._read)
                ended = self._timer()
                self._fresh_until = ended + max(KEEP_S, SHARE * (ended - began))
            return self._reading

    def _read(self) -> Reading:
        ledger = self._ledger()
        if ledger is None:
            return self._faulty("closed")
        try:
            return self._from(ledger)
        except LedgerError as error:
            return self._faulty(error.kind)

    def _faulty(self, kind: str) -> Reading:
        before = self._reading
        if before is not None and before.is_known:
            return replace(before, fault=kind)
        return Reading(at=datetime.fromtimestamp(self._clock()).astimezone(), fault=kind)

    def _from(self, ledger: Ledger) -> Reading:
        now = datetime.fromtimestamp(self._clock(), ledger.timezone)
        shown = self._names(ledger)
        midnight = day_start(now.date(), ledger.timezone)
        tomorrow = day_start(now.date() + timedelta(days=1), ledger.timezone)
        month = figures(ledger, *ledger.month(now.year, now.month), shown)
        history = self._history(ledger, now.date(), month.whole)
        return Reading(
            at=now,
            today=figures(ledger, midnight, tomorrow, shown),
            month=month,
            history=history,
            simulated=self._is_simulated(ledger, month.since, month.until),
            last_exchange=ledger.last_exchange(),
        )

    def _names(self, ledger: Ledger) -> Callable[[str], str]:
        headcounts = dict.fromkeys(ledger.distinct("department"), 0) | self._headcounts
        headcounts.pop(UNPLACED, None)
        merged = merge_small(headcounts, self._k)
        return lambda name: merged.get(name, name)

    def _is_simulated(self, ledger: Ledger, since: float, until: float) -> bool:
        """Whether these hours, or any that were read before, are a simulation's."""
        if not self._simulated:
            self._simulated = any(gap.kind == SIMULATED for gap in ledger.gaps(since, until))
        return self._simulated

    def _history(self, ledger: Ledger, today: date, present: Tally) -> dict[str, Tally | None]:
        names = [f"{months_before(today, back):%Y-%m}" for back in range(MONTHS - 1, 0, -1)]
        found = {name: self._month(ledger, name) for name in names}
        self._months = {name: self._months[name] for name in names}
        found[f"{today:%Y-%m}"] = present if present.requests else None
        return dict(dropwhile(lambda item: item[1] is None, found.items()))

    def _month(self, ledger: Ledger, name: str) -> Tally | None:
        at, before = self._months.get(name, (-math.inf, None))
        if self._timer() - at < KEEP_MONTHS_S:
            return before
        year, month = int(name[:4]), int(name[5:])
        found = tally(ledger.month_totals(year, month))
        self._is_simulated(ledger, *ledger.month(year, month))
        kept = found if found.requests else None
        self._months[name] = (self._timer(), kept)
        return kept
