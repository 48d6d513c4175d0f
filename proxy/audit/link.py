"""The auditor's hold on the ledger: opened late if need be, and again after damage.

Failures are kept as a kind and a time, for health and metrics; the caller only sees that
nothing was written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from proxy.ledger import Entry, Gap, Ledger, LedgerError, Written
from proxy.metrics import Metrics

__all__ = ["Fault", "LedgerLink"]

FIRST_PAUSE_S = 0.2
LAST_PAUSE_S = 5.0
"""Pause after the first and after many failures, in seconds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing can be written now."""

    kind: str
    """Kind of the LedgerError."""
    since: float
    """Unix time of the first failure in a row."""


class LedgerLink:
    """One ledger that may come and go. Used by one thread; `attempt`, `fault`… by any."""

    def __init__(self, open_ledger: Callable[[], Ledger], metrics: Metrics) -> None:
        self._open = open_ledger
        self._metrics = metrics
        self.ledger: Ledger | None = None
        self.fault: Fault | None = None
        self.last_write: float | None = None
        """Unix time of the last write that succeeded."""
        self.pause_s = 0.0
        """How long to wait before the next try."""

    def connect(self) -> Mapping[str, int] | None:
        """Open the ledger; the positions it holds, None when it cannot be opened."""
        try:
            self.ledger = self._open()
            positions = self.ledger.positions()
        except LedgerError as error:
            self._failed(error)
            self.disconnect()
            return None
        self._worked()
        return positions

    def disconnect(self) -> None:
        """Close the ledger."""
        ledger, self.ledger = self.ledger, None
        if ledger is not None:
            ledger.close()

    def write(
        self, entries: Sequence[Entry], positions: Mapping[str, int], gaps: Iterable[Gap]
    ) -> Written | None:
        """One transaction; None when nothing was written.

        After damage the ledger is closed: what was read since the last write must be read
        again, from the positions that the next `connect` gives.
        """
        ledger = self.ledger
        if ledger is None:
            return None
        try:
            written = ledger.write(entries, positions=positions, gaps=gaps)
        except LedgerError as error:
            self._failed(error)
            if not error.passing:
                self.disconnect()
            return None
        self._worked()
        self.last_write = time.time()
        for outcome in ("new", "duplicate", "refused"):
            amount = getattr(written, outcome)
            self._metrics.add("jauge_ledger_exchanges_total", (outcome,), amount)
        self._metrics.set("jauge_ledger_last_write_timestamp_seconds", (), self.last_write)
        return written

    def attempt(self, work: Callable[[Ledger], object]) -> bool:
        """Do something that may be left out; whether it was done. Any thread may ask."""
        ledger = self.ledger  # which another thread may take away meanwhile
        if ledger is None:
            return False
        try:
            work(ledger)
        except LedgerError as error:
            self._metrics.add("jauge_ledger_errors_total", (error.kind,))
            return False
        return True

    def _failed(self, error: LedgerError) -> None:
        self._metrics.add("jauge_ledger_errors_total", (error.kind,))
        since = self.fault.since if self.fault else time.time()
        self.fault = Fault(error.kind, since)
        self.pause_s = min(LAST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self.pause_s))

    def _worked(self) -> None:
        self.fault = None
        self.pause_s = 0.0
