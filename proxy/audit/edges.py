"""What the edges count, across workers, their restarts and ours.

A worker sends its counters as they stand since its start. What they grew by is added to
the ledger's gaps with the next write. How far each counter has been taken in is stored with
those gaps, in the same transaction and in the same table as the inbox's positions, and only
then shown by the metrics: neither a restarted worker nor a restarted auditor counts twice,
not even one that was killed, for what a scrape has seen the next auditor finds in the ledger.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from proxy.ledger import Gap
from proxy.metrics import EDGE_COUNTERS, EDGE_GAPS, Metrics, labels_of
from proxy.metrics.table import METRICS_BY_NAME
from proxy.spool.messages import EdgeHealth, Histogram

__all__ = ["FRESH_S", "PREFIX", "Edges", "WorkerState"]

PREFIX = "edge"
"""Positions of edges are named `edge/<boot id>/<counter>/<label>`."""
FRESH_S = 10.0
"""A worker that was not heard of for longer is taken to be gone."""
FORGET_S = 86_400.0
"""After so long without a word from it, a worker's counters are forgotten."""
MOST_COUNTERS = 2_000
"""Counters of one worker that are taken in; a worker has some hundred."""
HOLD_S = 10.0
"""What the ledger does not take for so long is shown without it, so that alarms see the traffic."""
LOST = "outbox_lost"
ADDED_LATENCY = "jauge_added_latency_seconds"

Key = tuple[str, str, str]
"""Boot id, counter, label."""


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker as last heard of."""

    edge: str
    worker: str
    age_s: float
    connections: int
    outbox_queued: int
    outbox_lost: int
    outbox_oldest_age_s: float
    outbox_error: str | None


@dataclass(slots=True)
class _Boot:
    """One life of one worker."""

    heard_s: float
    health: EdgeHealth | None = None
    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    """What was heard of."""
    shown: dict[tuple[str, str], int] = field(default_factory=dict)
    """What the metrics have taken in."""
    histograms: dict[str, Histogram] = field(default_factory=dict)
    known: bool = False
    """The ledger has heard of it: an auditor after us would take its histograms for counted."""
    before_us: bool = False
    """An earlier auditor has heard of it: its histograms start from what they are now."""


class Edges:
    """All workers that were heard of. Thread-safe."""

    def __init__(self, metrics: Metrics, *, restored: bool = True) -> None:
        """`restored` False: nothing is counted before `restore` has said where to go on.

        A worker that was heard of while the ledger is still being opened would be counted
        from its own start, which an earlier auditor has counted already.
        """
        self._metrics = metrics
        self._restored = restored
        self._held: dict[str, EdgeHealth] = {}
        """The last word of each life of a worker, until then."""
        self._lock = threading.Lock()
        self._boots: dict[str, _Boot] = {}
        self._stored: dict[Key, int] = {}
        """What the ledger has taken in."""
        self._held_since: float | None = None
        """Since when something was heard of that the metrics do not show yet."""
        self._leaving: set[str] = set()
        """Boot ids of workers that wait to hear that the ledger has their last state."""

    def restore(self, positions: Mapping[str, int]) -> None:
        """Start from what the ledger has."""
        with self._lock, self._metrics.together():
            self._stored = _keyed(positions)
            ours = self._boots.keys() & {key[0] for key in self._stored} if self._restored else ()
            self._go_on({key: at for key, at in self._stored.items() if key[0] not in ours})
            self._show_stored({key: at for key, at in self._stored.items() if key[0] in ours})
            self._restored = True
            held, self._held = self._held, {}
            for health in held.values():
                self._take_in(self._boots[health.boot_id], health)

    def _go_on(self, positions: Mapping[Key, int]) -> None:
        """Take as counted what an earlier auditor has written."""
        now = time.monotonic()
        for (boot_id, counter, label), at in positions.items():
            boot = self._boots.setdefault(boot_id, _Boot(now))
            boot.known = boot.before_us = True
            boot.counted.setdefault((counter, label), at)
            boot.shown.setdefault((counter, label), at)

    def receive(self, health: EdgeHealth) -> None:
        """Take in one message of a worker."""
        with self._lock, self._metrics.together():
            boot = self._boots.setdefault(health.boot_id, _Boot(0.0))
            boot.heard_s = time.monotonic()
            boot.health = health
            if health.final:
                self._leaving.add(health.boot_id)
            if self._restored:
                self._take_in(boot, health)
                self._show_overdue()
            else:
                self._held[health.boot_id] = health

    def _take_in(self, boot: _Boot, health: EdgeHealth) -> None:
        for counter, label, value in _counters(health):
            self._count(boot, counter, label, value)
        if boot.known:
            self._show_histograms(boot)

    def _count(self, boot: _Boot, counter: str, label: str, value: int) -> None:
        before = boot.counted.get((counter, label), 0)
        if value <= before or (before == 0 and len(boot.counted) >= MOST_COUNTERS):
            return
        boot.counted[counter, label] = value
        if self._held_since is None:
            self._held_since = time.monotonic()

    # For the metrics -------------------------------------------------------------------

    def _show_overdue(self) -> None:
        if self._held_since is None or time.monotonic() - self._held_since < HOLD_S:
            return
        self._held_since = None
        for boot in self._boots.values():
            for (counter, label), value in boot.counted.items():
                self._show(boot, counter, label, value)
            self._show_histograms(boot)

    def _show_stored(self, positions: Mapping[Key, int]) -> None:
        for (boot_id, counter, label), at in positions.items():
            if boot := self._boots.get(boot_id):
                boot.known = True
                self._show(boot, counter, label, at)
        for boot_id in {key[0] for key in positions} & self._boots.keys():
            self._show_histograms(self._boots[boot_id])

    def _show(self, boot: _Boot, counter: str, label: str, value: int) -> None:
        grown = value - boot.shown.get((counter, label), 0)
        if grown <= 0 or boot.health is None:
            return
        boot.shown[counter, label] = value
        if counter == LOST:
            self._metrics.add("jauge_outbox_lost_records_total", (boot.health.edge,), grown)
            return
        name, template = EDGE_COUNTERS[counter]
        self._metrics.add(name, labels_of(template, label), grown)

    def _show_histograms(self, boot: _Boot) -> None:
        if boot.health is not None:
            for stage, histogram in boot.health.histograms.items():
                self._merge(boot, stage, histogram)

    def _merge(self, boot: _Boot, stage: str, histogram: Histogram) -> None:
        if histogram.bounds_s != METRICS_BY_NAME[ADDED_LATENCY].buckets:
            return
        before = boot.histograms.get(stage)
        boot.histograms[stage] = histogram
        if before is None and boot.before_us:
            return
        counts_before = before.counts if before else (0,) * len(histogram.counts)
        grown = [new - old for new, old in zip(histogram.counts, counts_before, strict=True)]
        if min(grown) >= 0:
            took = max(0.0, histogram.sum_s - (before.sum_s if before else 0.0))
            self._metrics.merge(ADDED_LATENCY, (stage,), grown, took)

    # For the ledger --------------------------------------------------------------------

    def unstored(self) -> tuple[list[Gap], dict[str, int]]:
        """What the ledger should add, and the positions that go with it."""
        now = time.time()
        gaps: list[Gap] = []
        positions: dict[str, int] = {}
        with self._lock:
            for boot_id, boot in self._boots.items():
                for (counter, label), value in boot.counted.items():
                    grown = value - self._stored.get((boot_id, counter, label), 0)
                    if grown <= 0:
                        continue
                    positions[_name(boot_id, counter, label)] = value
                    if counter in EDGE_GAPS or counter == LOST:
                        tool = label if EDGE_GAPS.get(counter) else ""
                        gaps.append(Gap(now, counter, tool, grown))
        return gaps, positions

    def stored(self, positions: Mapping[str, int]) -> None:
        """The ledger has these positions now; the metrics may show them."""
        taken = _keyed(positions)
        with self._lock, self._metrics.together():
            self._stored.update(taken)
            self._show_stored(taken)
            held = any(boot.counted != boot.shown for boot in self._boots.values())
            self._held_since = time.monotonic() if held else None

    @property
    def pressing(self) -> bool:
        """Whether a worker that ends waits for the next write."""
        return bool(self._leaving)

    def settled(self) -> list[str]:
        """Boot ids of the workers that may end: the ledger has all they told. Each once."""
        with self._lock:
            if not self._restored:
                return []
            done = [boot_id for boot_id in self._leaving if self._is_stored(boot_id)]
            self._leaving.difference_update(done)
        return done

    def _is_stored(self, boot_id: str) -> bool:
        counted = self._boots[boot_id].counted if boot_id in self._boots else {}
        return all(
            value <= self._stored.get((boot_id, counter, label), 0)
            for (counter, label), value in counted.items()
        )

    def forgettable(self) -> list[str]:
        """Positions of workers that are long gone."""
        oldest = time.monotonic() - FORGET_S
        with self._lock:
            old = {boot_id for boot_id, boot in self._boots.items() if boot.heard_s < oldest}
            return [_name(*key) for key in self._stored if key[0] in old]

    def forget(self, names: list[str]) -> None:
        """The ledger has forgotten these positions; so do we."""
        with self._lock:
            for key in filter(None, map(_key, names)):
                self._stored.pop(key, None)
                self._boots.pop(key[0], None)

    # For metrics and health ------------------------------------------------------------

    def workers(self) -> list[WorkerState]:
        """The workers that were heard of lately."""
        now = time.monotonic()
        with self._lock:
            alive = [
                (boot.health, now - boot.heard_s)
                for boot in self._boots.values()
                if boot.health and not boot.health.final and now - boot.heard_s < FRESH_S
            ]
        return [
            WorkerState(
                edge=health.edge,
                worker=health.worker,
                age_s=age,
                connections=health.connections,
                outbox_queued=health.outbox_queued,
                outbox_lost=health.outbox_lost,
                outbox_oldest_age_s=health.outbox_oldest_age_s,
                outbox_error=health.outbox_error,
            )
            for health, age in alive
        ]

    def refresh(self) -> None:
        """Set the gauges, and show what the ledger has not taken for too long."""
        with self._lock, self._metrics.together():
            self._show_overdue()
        workers = self.workers()
        sums: dict[str, dict[tuple[str, ...], float]] = {
            "jauge_edge_workers": {},
            "jauge_open_connections": {},
            "jauge_outbox_queued_records": {},
        }
        with self._lock:
            names = {boot.health.edge for boot in self._boots.values() if boot.health}
        for values in sums.values():
            values.update({(name,): 0.0 for name in names})  # an edge that fell silent shows 0
        for worker in workers:
            figures = (1, worker.connections, worker.outbox_queued)
            for values, figure in zip(sums.values(), figures, strict=True):
                values[worker.edge,] = values.get((worker.edge,), 0.0) + figure
        for name, values in sums.items():
            self._metrics.replace(name, values)


def _counters(health: EdgeHealth) -> Iterator[tuple[str, str, int]]:
    for counter, values in health.counters.items():
        if counter in EDGE_COUNTERS:
            for label, value in values.items():
                if len(label) <= 64 and "/" not in label:
                    yield counter, label, int(value)
    yield LOST, "", health.outbox_lost


def _name(boot_id: str, counter: str, label: str) -> str:
    return f"{PREFIX}/{boot_id}/{counter}/{label}"


def _keyed(positions: Mapping[str, int]) -> dict[Key, int]:
    """The positions of edges among all."""
    return {key: at for name, at in positions.items() if (key := _key(name))}


def _key(name: str) -> Key | None:
    parts = name.split("/")
    return (parts[1], parts[2], parts[3]) if parts[0] == PREFIX and len(parts) == 4 else None
