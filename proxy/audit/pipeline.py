"""From the inbox to the ledger, in one thread: read, await words, complete, record, count.

A batch is one transaction: exchanges, gaps and the positions up to which they were read.
Only then are its segments deleted and its metrics counted. While the ledger refuses, the
batch is kept and tried again, nothing more is read than the window holds, and the rest
waits on disk. Killed at any point, the next start reads on from the stored positions.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proxy.audit.complete import Completer, Done
from proxy.audit.edges import Edges
from proxy.audit.findings import Findings
from proxy.audit.link import LedgerLink
from proxy.audit.window import Held, Window
from proxy.audit.words import WordsStore
from proxy.ledger import Gap
from proxy.metrics import Metrics, observe_exchange
from proxy.spool.faults import fault_name
from proxy.spool.inbox import Inbox, InboxState

__all__ = ["Pipeline", "PipelineState"]

POLL_S = 0.1
"""Pause between looks at an inbox that is read up."""
WINDOW = 2_000
"""Most records in memory."""
BATCH = 500
"""Most records of one transaction."""
BATCH_S = 0.5
"""After so much time spent on completing records, what is done is recorded."""
EDGES_S = 1.0
"""How often the edges' counters are brought to the ledger; those of a worker that ends, at once.

The metrics show them from then on: as often as workers tell them."""
STATE_S = 1.0
"""How often the inbox is measured."""
DRAIN_S = 8.0
"""How long stopping may take: what is not recorded then is read again at the next start."""

log = logging.getLogger("jauge.auditor")


@dataclass(frozen=True, slots=True)
class PipelineState:
    """What the pipeline can say of itself."""

    alive: bool
    ready: bool
    """The ledger was opened, and the inbox is being read."""
    oldest_age_s: float
    """Age of the oldest exchange in memory that is not recorded yet; 0 without one."""
    waiting: int
    """Records in memory."""
    inbox: InboxState


@dataclass(slots=True)
class _Batch:
    """What one transaction holds."""

    done: list[Done] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    """Of the inbox."""
    edge_positions: dict[str, int] = field(default_factory=dict)
    oldest: float | None = None
    """Unix time at which the first of its exchanges ended."""
    troubles: list[str] = field(default_factory=list)
    """Values of the label `gap` to count."""

    def __bool__(self) -> bool:
        return bool(self.positions or self.edge_positions)


class Pipeline:
    """The auditor's main thread of work."""

    def __init__(  # noqa: PLR0913 - the parts it connects
        self,
        folder: Path,
        *,
        link: LedgerLink,
        completer: Completer,
        findings: Findings,
        store: WordsStore,
        edges: Edges,
        metrics: Metrics,
        departments: Mapping[str, str],
        words_wait_s: float,
        recorded: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`folder`: the outbox; `departments`: name to the name shown.

        `recorded` is called with the boot id of a worker whose last state the ledger has.
        """
        self._folder = folder
        self._link = link
        self._completer = completer
        self._findings = findings
        self._store = store
        self._edges = edges
        self._metrics = metrics
        self._departments = departments
        self._recorded = recorded
        self._window = Window(store, wait_s=words_wait_s, most=WINDOW)
        self._batch: _Batch | None = None
        self._inbox: Inbox | None = None
        self._inbox_state = InboxState(0, 0, None)
        self._edges_due = time.monotonic() + EDGES_S
        self._state_due = 0.0
        self._stopping = threading.Event()
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, drain_s: float = DRAIN_S) -> None:
        """Record what is there, within `drain_s`, then end."""
        self._deadline = time.monotonic() + drain_s
        self._window.hurry = True
        self._stopping.set()
        self._thread.join(drain_s + 5.0)

    def state(self) -> PipelineState:
        """How it stands."""
        batch = self._batch
        oldest = batch.oldest if batch else self._window.oldest
        return PipelineState(
            alive=self._thread.is_alive(),
            ready=self._inbox is not None,
            oldest_age_s=0.0 if oldest is None else max(0.0, time.time() - oldest),
            waiting=len(self._window) + (len(batch.done) if batch else 0),
            inbox=self._inbox_state,
        )

    def _run(self) -> None:
        while True:
            more = self._try_step()
            if self._stopping.is_set():
                if not more or time.monotonic() > self._deadline:
                    break
            elif not more:
                self._stopping.wait(max(POLL_S, self._link.pause_s))
        self._findings.end(self._link, self._deadline)
        self._start_over()

    def _try_step(self) -> bool:
        try:
            return self._connected() and self._step()
        except Exception as error:  # noqa: BLE001 - no failure may end this thread
            # Its text may hold anything: only its kind is told.
            name = fault_name(error)
            log.error("the auditor starts over after a failure of its own (%s)", name)  # noqa: TRY400
            self._metrics.add("jauge_audit_errors_total", ("pipeline", name))
            self._start_over()
            return False

    def _connected(self) -> bool:
        if self._inbox is None:
            positions = self._link.connect()
            if positions is None:
                return False
            self._findings.settle(self._link)
            self._edges.restore(positions)
            self._inbox = Inbox(self._folder, positions)
        return True

    def _start_over(self) -> None:
        """Forget what is not recorded: it is read again."""
        self._window.clear()
        self._batch = None
        inbox, self._inbox = self._inbox, None
        if inbox is not None:
            inbox.close()
        self._link.disconnect()

    def _step(self) -> bool:
        """Record one batch; whether there is more to do at once."""
        if self._inbox is None:
            return False
        for boot_id in self._edges.settled():
            self._recorded(boot_id)
        self._findings.flush(self._link)
        if self._batch is None:
            self._read(self._inbox)
            self._batch = self._gather() or None
        self._measure(self._inbox)
        batch = self._batch
        if batch is None or not self._record(batch, self._inbox):
            return False
        self._batch = None
        return len(batch.done) >= BATCH or self._stopping.is_set()

    def _read(self, inbox: Inbox) -> None:
        if self._window.room:
            self._window.add(inbox.read(self._window.room))

    def _measure(self, inbox: Inbox) -> None:
        """Take what waits on disk; it grows while the ledger refuses, and nothing is read."""
        if time.monotonic() > self._state_due:
            self._inbox_state = inbox.state()
            self._state_due = time.monotonic() + STATE_S

    def _gather(self) -> _Batch:
        batch = _Batch(oldest=self._window.oldest)
        enough = time.monotonic() + BATCH_S
        for held in self._window.ready():
            self._include(batch, held)
            if len(batch.done) >= BATCH or time.monotonic() > enough:
                break
        if self._edges_wait():
            gaps, batch.edge_positions = self._edges.unstored()
            batch.gaps += gaps
            self._edges_due = time.monotonic() + EDGES_S
        return batch

    def _edges_wait(self) -> bool:
        """Whether the edges' counters belong to this batch: a worker that ends waits for it."""
        due = time.monotonic() > self._edges_due
        return due or self._stopping.is_set() or self._edges.pressing

    def _include(self, batch: _Batch, held: Held) -> None:
        batch.positions[held.item.segment] = held.item.end
        exchange = held.exchange
        if exchange is None:
            batch.troubles.append(held.gap or "unreadable")
            batch.gaps.append(Gap(time.time(), f"record_{held.gap}"))
            return
        words = self._store.take(exchange.id)
        if words is None and exchange.words == "sent":
            batch.troubles.append("lost")
        batch.done.append(self._completer.complete(exchange, words))

    def _record(self, batch: _Batch, inbox: Inbox) -> bool:
        entries = [done.entry for done in batch.done]
        positions = {**batch.positions, **batch.edge_positions}
        written = self._link.write(entries, positions, batch.gaps)
        if written is None:
            if self._link.ledger is None:
                self._start_over()
            return False
        inbox.settle(batch.positions)
        self._edges.stored(batch.edge_positions)
        self._count(batch, all_known=written.new == 0 < written.duplicate)
        self._keep_findings(batch)
        self._forget_positions(inbox)
        return True

    def _count(self, batch: _Batch, *, all_known: bool) -> None:
        for done in [] if all_known else batch.done:
            entry = done.entry
            observe_exchange(
                self._metrics, entry.exchange, entry.impact, entry.finding, self._departments
            )
        for trouble in batch.troubles:
            self._metrics.add("jauge_inbox_gaps_total", (trouble,))

    def _keep_findings(self, batch: _Batch) -> None:
        """Findings that were known at once but have no place in an entry, and those to come."""
        prompts = []
        for done in batch.done:
            exchange = done.entry.exchange
            if done.entry.awaited:
                self._findings.recorded(exchange)
            if done.prompt_finding is not None:
                prompts.append((exchange.id, done.prompt_finding))
        if prompts:
            self._link.attempt(lambda ledger: ledger.add_findings(prompts))

    def _forget_positions(self, inbox: Inbox) -> None:
        segments, counters = inbox.gone(), self._edges.forgettable()
        if segments or counters:
            names = [*segments, *counters]
            if self._link.attempt(lambda ledger: ledger.forget_positions(names)):
                inbox.forgotten(segments)
                self._edges.forget(counters)
