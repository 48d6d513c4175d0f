"""One hour restated: from its rows where all are there, else from its sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from proxy.ledger import Row
from proxy.ledger.restate import HourLine, RestatedHour, RestatedLine, Restatements
from proxy.records import Impact
from proxy.restate.approximate import restate
from proxy.restate.chain import Chains
from proxy.restate.outcome import STAGES, Progress
from proxy.restate.vector import WIDTH, Vector, add, flat, plus, zero

__all__ = ["Hours"]

_COSTING = ("input_tokens", "output_tokens", "images", "audio_s")
"""Sums without which a line has no impact: what was not counted is a gap, and no zero."""

type Key = tuple[int, int, str, str]
"""Dimension, tier, quality, zone."""


class _Sums:
    """New lines of one hour."""

    def __init__(self) -> None:
        self._requests: dict[Key, int] = {}
        self._values: dict[Key, list[float]] = {}

    def add(self, dimension: int, impact: Impact, values: Vector) -> None:
        """Add one exchange."""
        key = (dimension, impact.tier, impact.quality, impact.zone)
        self._add(key, 1, values)

    def merge(self, line: RestatedLine) -> None:
        """Add a line."""
        key = (line.dimension, line.tier, line.quality, line.zone)
        self._add(key, line.requests, line.values)

    def _add(self, key: Key, requests: int, values: Vector) -> None:
        self._requests[key] = self._requests.get(key, 0) + requests
        add(self._values.setdefault(key, [0.0] * WIDTH), values)

    def lines(self) -> tuple[RestatedLine, ...]:
        return tuple(
            RestatedLine(*key, self._requests[key], tuple(values))
            for key, values in sorted(self._values.items())
        )


class Hours:
    """Restates hours one by one; adds what it finds to a `Progress`."""

    def __init__(self, source: Restatements, chains: Chains) -> None:
        self._source = source
        self._chains = chains
        self._target = chains.target.factors.name

    def restate(
        self, hour: int, requests: int, progress: Progress, month: str
    ) -> RestatedHour | None:
        """The new impacts of an hour; None where what is written there stays."""
        lines = self._source.lines(hour)
        if self._is_same(hour, lines):
            progress.same_hours += 1
            progress.requests += requests
            for line in lines:
                progress.add([_live(line)] * len(STAGES))
            return None
        found = self._from_rows(hour, requests, progress)
        if found is None:
            progress.requests += requests
            return self._without_rows(hour, requests, lines, progress)
        progress.exact_hours += 1
        progress.requests += found.requests
        self._check(month, found, lines, progress)
        return found

    def check(self, hour: int, requests: int, progress: Progress, month: str) -> None:
        """Only compare both ways, for an hour with all its rows."""
        lines = self._source.lines(hour)
        found = self._from_rows(hour, requests, Progress())
        if found is not None:
            self._check(month, found, lines, progress)

    def _is_same(self, hour: int, lines: Iterable[HourLine]) -> bool:
        by_target = all(
            sum(one.requests for one in line.live if one.factor_set == self._target)
            == line.sums["requests"]
            or not (line.live or any(line.sums[name] for name in _COSTING))
            for line in lines
        )
        return by_target and not self._source.is_restated(hour)

    # From rows

    def _from_rows(self, hour: int, requests: int, progress: Progress) -> RestatedHour | None:
        """None where rows are missing, or go while they are read."""
        if self._source.row_count(hour) < requests:
            return None
        sums, stages, number = _Sums(), [[0.0] * WIDTH for _ in STAGES], 0
        for dimension, row in self._source.rows(hour):
            found, impact = self._row(row, progress)
            for total, values in zip(stages, found, strict=True):
                add(total, values)
            if impact is not None:
                sums.add(dimension, impact, found[-1])
            number += 1
        if number < requests:
            return None
        progress.add([tuple(total) for total in stages])
        return RestatedHour(hour, number, approximate=False, lines=sums.lines())

    def _row(self, row: Row, progress: Progress) -> tuple[list[Vector], Impact | None]:
        """An exchange after each stage, and its new impact; None where nothing was counted."""
        old = row.impact
        if old is not None and old.factor_set == self._target:
            return [flat(old)] * len(STAGES), old
        if old is None:
            first = self._chains.target.impact(row.exchange)
            new = zero() if first is None else flat(first)
            return [zero(), *[new] * (len(STAGES) - 1)], first
        chain = self._chains.find(old.factor_set)
        if chain is None:
            impact = self._chains.target.estimate(row.exchange)
            new = flat(impact)
            _note(progress, old.factor_set)
            return [flat(old)] * 2 + [new] * (len(STAGES) - 2), impact
        found = chain.estimates(row.exchange)
        then, steps = flat(old), [flat(one) for one in found]
        return [then, then, then, *steps, steps[-1]], found[-1]

    # From sums

    def _without_rows(
        self, hour: int, requests: int, lines: Sequence[HourLine], progress: Progress
    ) -> RestatedHour | None:
        found = [restate(line, self._chains) for line in lines]
        stages = [[0.0] * WIDTH for _ in STAGES]
        for one in found:
            for total, values in zip(stages, one.stages, strict=True):
                add(total, values)
        for line in lines:
            self._note_missing(line, progress)
        if self._source.exact(self._target, hour) == requests:
            # What was worked out while the rows were there is better than any approximation.
            progress.kept_hours += 1
            stages[-1] = list(self._source.said(self._target, hour))
            progress.add([tuple(total) for total in stages])
            return None
        progress.approximate_hours += 1
        progress.add([tuple(total) for total in stages])
        sums = _Sums()
        for one in found:
            for new in one.lines:
                sums.merge(new)
        return RestatedHour(hour, requests, approximate=True, lines=sums.lines())

    def _note_missing(self, line: HourLine, progress: Progress) -> None:
        for live in line.live:
            if live.factor_set != self._target and self._chains.find(live.factor_set) is None:
                _note(progress, live.factor_set)

    def _check(
        self, month: str, exact: RestatedHour, lines: Iterable[HourLine], progress: Progress
    ) -> None:
        """Compare with what the sums alone would have given."""
        check = progress.check(month)
        check.requests += exact.requests
        for one in exact.lines:
            add(check.exact, one.values)
        for line in lines:
            add(check.approximate, restate(line, self._chains).stages[-1])


def _live(line: HourLine) -> Vector:
    return plus(zero(), *(one.values for one in line.live))


def _note(progress: Progress, name: str) -> None:
    """Remember a set that is not at hand."""
    if name not in progress.missing_sets:
        progress.missing_sets.append(name)
