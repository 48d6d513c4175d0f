"""Goes through the hours of a period; can be broken off anywhere and goes on from there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from proxy.impact.factors import FactorSet, load
from proxy.impact.places import OwnHost
from proxy.ledger import Ledger
from proxy.ledger.intake import HOUR_S, hour_of
from proxy.ledger.restate import Job, RestatedHour
from proxy.restate.chain import Chains
from proxy.restate.hours import Hours
from proxy.restate.outcome import Outcome, Progress

__all__ = ["Step", "recompute"]

MOST_HOURS = 24
MOST_LINES = 2000
MOST_S = 1.0
"""Hours, lines and seconds of work that one transaction holds at the most, about."""
CHECK_HOURS = 31 * 24
"""Newest hours with rows by which the approximation is measured where the period has none."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Progress).decode


@dataclass(frozen=True, slots=True)
class Step:
    """How far it got."""

    done_hours: int
    all_hours: int


@dataclass(slots=True)
class _Batch:
    hours: list[RestatedHour] = field(default_factory=list)
    seen: int = 0
    lines: int = 0
    since: float = field(default_factory=time.monotonic)

    def add(self, hour: RestatedHour | None) -> None:
        self.seen += 1
        if hour is not None:
            self.hours.append(hour)
            self.lines += len(hour.lines)

    @property
    def full(self) -> bool:
        waited = time.monotonic() - self.since > MOST_S
        return self.seen >= MOST_HOURS or self.lines >= MOST_LINES or waited


def recompute(  # noqa: PLR0913 - what it works on, and how
    ledger: Ledger,
    target: FactorSet,
    since: float,
    until: float,
    *,
    own: Mapping[str, OwnHost] | None = None,
    write: bool = True,
    find: Callable[[str], FactorSet] = load,
    tell: Callable[[Step], None] = lambda _: None,
) -> Outcome:
    """Restate the whole UTC hours that start in [since, until) by a factor set.

    `own`: the town hall's own machines. Without `write` the ledger stays as it is. `find`
    gives an earlier factor set by its name, or raises FactorError. Raises LedgerError; what
    was done until then stays done, and the same call goes on from there.
    """
    first = -hour_of(-since)
    last = max(first, -hour_of(-until))
    chains = Chains(target, own or {}, find)
    work = _Work(ledger, Hours(ledger.restatements, chains), tell)
    job = ledger.restatements.begin(target.name, first, last) if write else None
    resumed = job is not None and job.progress != ""
    progress = _decode(job.progress) if job is not None and job.progress else Progress()
    work.run(first if job is None else job.done_until, last, job, progress)
    if not progress.checks:
        work.check(progress)
    return Outcome(target.name, first, last, write, resumed, progress)


class _Work:
    def __init__(self, ledger: Ledger, hours: Hours, tell: Callable[[Step], None]) -> None:
        self._ledger = ledger
        self._source = ledger.restatements
        self._hours = hours
        self._tell = tell

    def run(self, since: int, until: int, job: Job | None, progress: Progress) -> None:
        waiting = self._source.hours(since, until)
        everything, batch = progress.hours + len(waiting), _Batch()
        for hour, requests in waiting:
            batch.add(self._hours.restate(hour, requests, progress, self._month(hour)))
            if batch.full:
                job = self._store(job, batch, hour + HOUR_S, progress)
                self._tell(Step(progress.hours, everything))
                batch = _Batch()
        job = self._store(job, batch, until, progress)
        if job is not None:
            self._source.finish(job)
        self._tell(Step(progress.hours, everything))

    def check(self, progress: Progress) -> None:
        """Measure the approximation where rows are, outside the period."""
        oldest, newest = self._ledger.oldest_row(), self._ledger.last_exchange()
        if oldest is None or newest is None:
            return
        begin = max(hour_of(oldest), hour_of(newest) - CHECK_HOURS * HOUR_S)
        for hour, requests in self._source.hours(begin, hour_of(newest) + HOUR_S):
            self._hours.check(hour, requests, progress, self._month(hour))

    def _store(
        self, job: Job | None, batch: _Batch, done_until: int, progress: Progress
    ) -> Job | None:
        if job is None:
            return None
        return self._source.store(job, batch.hours, done_until, _encode(progress).decode())

    def _month(self, hour: int) -> str:
        return datetime.fromtimestamp(hour, self._ledger.timezone).strftime("%Y-%m")
