"""What is done by the clock: gauges, forgetting old words, purging old rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path

from proxy.audit.edges import Edges
from proxy.audit.link import LedgerLink
from proxy.audit.pipeline import Pipeline
from proxy.audit.state import measure_state
from proxy.audit.words import WordsStore
from proxy.ledger import Ledger
from proxy.metrics import Metrics
from proxy.scoring.scorer import ScorerState
from proxy.spool.channel import WordsReceiver
from proxy.spool.faults import fault_name

__all__ = ["Housekeeping", "Rooms"]

TICK_S = 1.0
LEDGER_S = 30.0
"""How often the ledger, the disk and the authority are measured."""
UNOPENED_S = 2.0
"""How often it is tried while there is no ledger."""
FIRST_PURGE_S = 60.0
PURGE_S = 86_400.0
"""When, after the start, and how often rows are purged."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What is kept."""

    link: LedgerLink
    pipeline: Pipeline
    edges: Edges
    store: WordsStore
    receiver: WordsReceiver
    metrics: Metrics
    keep_months: int
    state_dir: Path
    scorer: Callable[[], ScorerState]
    sampled: float
    """Share of the exchanges that are scored."""


class Housekeeping:
    """A thread that looks around every second."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._stop = threading.Event()
        self._measure_due = 0.0
        self._purge_due = time.monotonic() + FIRST_PURGE_S
        self._ends: dict[str, int] = {}
        self._dropped = {"full": 0, "late": 0, "unreadable": 0}
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.wait(TICK_S):
            try:
                self.tick()
            except Exception as error:  # noqa: BLE001 - old rows and words must go all the same
                step = ("housekeeping", fault_name(error))
                self._rooms.metrics.add("jauge_audit_errors_total", step)

    def tick(self) -> None:
        """One look around."""
        self._rooms.store.forget_old()
        self.refresh()
        now = time.monotonic()
        if now > self._measure_due:
            measure_state(self._rooms.metrics, self._rooms.state_dir)
            done = self._rooms.link.attempt(self._measure)
            self._measure_due = now + (LEDGER_S if done else UNOPENED_S)
        if now > self._purge_due:
            done = self._rooms.link.attempt(self._purge)
            self._purge_due = now + (PURGE_S if done else FIRST_PURGE_S)

    def refresh(self) -> None:
        """Set the gauges that cost nothing to set; also called for each scrape."""
        rooms, state = self._rooms, self._rooms.pipeline.state()
        rooms.edges.refresh()
        ages = [state.oldest_age_s, *(one.outbox_oldest_age_s for one in rooms.edges.workers())]
        gauges = {
            "jauge_analysis_queue_length": len(rooms.store),
            "jauge_analysis_queue_bytes": rooms.store.bytes,
            "jauge_outbox_oldest_age_seconds": max(ages),
            "jauge_outbox_unread_bytes": state.inbox.unread_bytes,
        }
        for name, value in gauges.items():
            rooms.metrics.set(name, (), value)
        self._count_dropped()
        self._show_scorer()

    def _show_scorer(self) -> None:
        metrics = self._rooms.metrics
        with metrics.together():  # looked at inside: a scrape may do the same at this moment
            state = self._rooms.scorer()
            one = state.identity
            gauges = {
                "jauge_analysis_sampling_ratio": self._rooms.sampled,
                "jauge_scorer_up": float(state.running),
                "jauge_scorer_queue_length": state.waiting,
                "jauge_scorer_queue_bytes": state.bytes,
            }
            for name, value in gauges.items():
                metrics.set(name, (), value)
            if state.running:
                labels = (one.name, one.version, state.wanted)
                metrics.replace("jauge_classifier_info", {labels: 1.0})
            for end, count in state.ends.items():
                grown = count - self._ends.get(end, 0)
                metrics.add("jauge_scorer_ends_total", (end,), grown)
            self._ends = dict(state.ends)

    def _count_dropped(self) -> None:
        rooms = self._rooms
        with rooms.metrics.together():
            now = {
                "full": rooms.store.full,
                "late": rooms.store.late,
                "unreadable": rooms.receiver.unreadable,
            }
            for reason, count in now.items():
                grown = count - self._dropped[reason]
                rooms.metrics.add("jauge_analysis_queue_dropped_total", (reason,), grown)
            self._dropped = now

    def _measure(self, ledger: Ledger) -> None:
        metrics = self._rooms.metrics
        metrics.set("jauge_ledger_size_bytes", (), ledger.size_bytes())
        now, oldest = time.time(), ledger.oldest_row()
        age = 0.0 if oldest is None else max(0.0, now - oldest)
        metrics.set("jauge_ledger_oldest_row_age_seconds", (), age)
        first = ledger.keep_since(self._rooms.keep_months)
        kept = datetime.combine(first, clock_time.min, ledger.timezone).timestamp()
        metrics.set("jauge_ledger_retention_limit_seconds", (), now - kept)
        purge = ledger.last_purge()
        if purge is not None:
            metrics.set("jauge_ledger_last_purge_timestamp_seconds", (), purge.at)

    def _purge(self, ledger: Ledger) -> None:
        ledger.purge(self._rooms.keep_months)
