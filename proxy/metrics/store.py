"""The values of all metrics, and the guard that bounds how many there can be.

A label says only what LABELS allows. Values that are not known beforehand (tools,
models, departments) are shown up to a number, further ones together as `other`; of pairs
of tool and model so many are shown, the same ones in every metric; a metric that has all
its series counts further combinations under `other` too. Each of these is counted.
"""

from __future__ import annotations

import itertools
import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager

from proxy.metrics.labels import LABELS, MODELS, MOST_PAIRS, OPTIONAL, OTHER, Capped
from proxy.metrics.table import METRICS, METRICS_BY_NAME, OPENTELEMETRY, Metric

__all__ = ["Buckets", "Metrics"]

OVERFLOW = "jauge_label_overflow_total"
SERIES = "series"
"""Label of an overflow of combinations rather than of one label's values."""
PAIRS = "tool and model"
"""Label of an overflow of pairs."""
MOST_PRESET = 64
"""Metrics of fixed labels with at most so many combinations start with all of them at 0."""

MOST_AT_ONCE = 1e15
"""No single exchange adds more of anything: a damaged number must not spoil a counter."""

_SAFE = re.compile(r"[A-Za-z0-9._:/@ -]{1,64}\Z")

Labels = tuple[str, ...]


class Buckets:
    """One histogram: observations per bucket (not cumulated), and their sum."""

    __slots__ = ("counts", "sum")

    def __init__(self, size: int) -> None:
        self.counts = [0] * size
        self.sum = 0.0


class Metrics:
    """Counters, gauges and histograms of METRICS. Thread-safe."""

    def __init__(
        self,
        *,
        models: Collection[str] = (),
        opentelemetry: bool = False,
        named: Callable[[str], str | None] = str,
    ) -> None:
        """`models`: the only values of the label `model` beside `other`.

        `opentelemetry`: whether there are metrics by the names of OpenTelemetry too.
        `named`: the catalogue's name of a model as a client writes it.
        """
        self.opentelemetry = opentelemetry
        self._named = named
        self.table = (*METRICS, *OPENTELEMETRY) if opentelemetry else METRICS
        self._pairs: set[tuple[str, str]] = set()
        self._held: dict[tuple[str, Labels], list[float]] = {}
        """What `add_held` has not shown yet."""
        self._lock = threading.RLock()
        self._models = frozenset(models)
        self._values: dict[str, dict[Labels, float]] = {}
        self._buckets: dict[str, dict[Labels, Buckets]] = {}
        self._shown: dict[str, set[str]] = {
            label: set() for label, rule in LABELS.items() if isinstance(rule, Capped)
        }
        self._allowed = {
            label: frozenset(rule) for label, rule in LABELS.items() if isinstance(rule, tuple)
        }
        for metric in self.table:
            self._prepare(metric)

    def _prepare(self, metric: Metric) -> None:
        histogram = metric.kind == "histogram"
        series: dict[Labels, float] = {}
        buckets: dict[Labels, Buckets] = {}
        for labels in _known_beforehand(metric):
            if histogram:
                buckets[labels] = Buckets(len(metric.buckets) + 1)
            elif metric.kind == "counter":
                series[labels] = 0.0
        if histogram:
            self._buckets[metric.name] = buckets
        else:
            self._values[metric.name] = series

    def together(self) -> AbstractContextManager[object]:
        """Changes inside are seen by readers all at once."""
        return self._lock

    def model(self, name: str | None) -> str:
        """What the label `model` says of a model: its name in our catalogue, or `other`."""
        return name if name in self._models else OTHER

    def asked(self, name: str | None) -> str:
        """The same of a model as a client asked for it; empty where it asked for none."""
        return self.model(self._named(name)) if name else ""

    def add(self, name: str, labels: Sequence[str] = (), amount: float = 1.0) -> None:
        """Add to a counter. An amount that is not above 0, or beyond all reason, adds nothing."""
        if 0 < amount <= MOST_AT_ONCE:
            with self._lock:
                series = self._values[name]
                key = tuple(labels)
                if key not in series:
                    key = self._guarded(METRICS_BY_NAME[name], key, series)
                series[key] = series.get(key, 0.0) + amount

    def add_held(self, name: str, labels: Sequence[str], amount: float, least: int) -> None:
        """Add to a counter, but only when `least` such calls have come together.

        A step of one at a scrape's moment could be about one answer. What is held when the
        process ends is lost.
        """
        with self._lock:
            held = self._held.setdefault((name, tuple(labels)), [])
            held.append(amount)
            if len(held) >= least:
                self.add(name, labels, sum(held))
                held.clear()

    def touch(self, name: str, labels: Sequence[str]) -> None:
        """Show a counter at 0 before it counts: `increase()` misses what a series starts with."""
        with self._lock:
            series = self._values[name]
            if tuple(labels) not in series:
                series.setdefault(self._guarded(METRICS_BY_NAME[name], labels, series), 0.0)

    def set(self, name: str, labels: Sequence[str], value: float) -> None:
        """Set a gauge."""
        with self._lock:
            series = self._values[name]
            series[self._guarded(METRICS_BY_NAME[name], labels, series)] = value

    def replace(self, name: str, values: Mapping[Labels, float]) -> None:
        """Set a gauge for these labels and forget all others.

        Values that fall together under `other` are added up.
        """
        with self._lock:
            series = self._values[name]
            series.clear()
            for labels, value in values.items():
                key = self._guarded(METRICS_BY_NAME[name], labels, series)
                series[key] = series.get(key, 0.0) + value

    def observe(self, name: str, labels: Sequence[str], value: float) -> None:
        """Count one observation in a histogram; one that is no plausible number is left out."""
        metric = METRICS_BY_NAME[name]
        if not 0 <= value <= MOST_AT_ONCE:
            return
        with self._lock:
            histogram = self._histogram(metric, labels)
            histogram.counts[bisect_left(metric.buckets, value)] += 1
            histogram.sum += value

    def merge(self, name: str, labels: Sequence[str], counts: Sequence[int], total: float) -> None:
        """Add observations per bucket (the metric's own buckets, the last is +Inf)."""
        with self._lock:
            histogram = self._histogram(METRICS_BY_NAME[name], labels)
            for index, count in enumerate(counts):
                histogram.counts[index] += count
            histogram.sum += total

    def value(self, name: str, labels: Sequence[str] = ()) -> float:
        """A counter or gauge as it stands; 0 where nothing was counted."""
        with self._lock:
            return self._values[name].get(tuple(labels), 0.0)

    def values(self, name: str) -> dict[Labels, float]:
        """A counter or gauge as it stands, by labels."""
        with self._lock:
            return dict(self._values[name])

    def histograms(self, name: str) -> dict[Labels, tuple[tuple[int, ...], float]]:
        """A histogram as it stands: counts per bucket and sum, by labels."""
        with self._lock:
            series = self._buckets[name].items()
            return {labels: (tuple(found.counts), found.sum) for labels, found in series}

    def _histogram(self, metric: Metric, labels: Sequence[str]) -> Buckets:
        series = self._buckets[metric.name]
        found = series.get(tuple(labels))
        if found is None:
            key = self._guarded(metric, labels, series)
            found = series.setdefault(key, Buckets(len(metric.buckets) + 1))
        return found

    # The guard -------------------------------------------------------------------------

    def _guarded(self, metric: Metric, given: Sequence[str], series: Collection[Labels]) -> Labels:
        if metric.name == OVERFLOW:
            return tuple(given)  # its labels come from this class alone
        if len(given) != len(metric.labels):
            raise ValueError(f"{metric.name} has the labels {metric.labels}")
        labels = tuple(map(self._allow, itertools.repeat(metric.name), metric.labels, given))
        labels = self._paired(metric, labels)
        if labels in series or len(series) < metric.most_series:
            return labels
        self._overflow(metric.name, SERIES)
        return tuple(
            OTHER if label in self._shown else value
            for label, value in zip(metric.labels, labels, strict=True)
        )

    def _paired(self, metric: Metric, labels: Labels) -> Labels:
        """The labels, with the model as `other` where the pair with its tool is one too many."""
        if not {"tool", "model"} <= set(metric.labels):
            return labels
        where = metric.labels.index("model")
        pair = (labels[metric.labels.index("tool")], labels[where])
        if pair[1] == OTHER or pair in self._pairs:
            return labels
        if len(self._pairs) < MOST_PAIRS:
            self._pairs.add(pair)
            return labels
        self._overflow(metric.name, PAIRS)
        return (*labels[:where], OTHER, *labels[where + 1 :])

    def _allow(self, metric: str, label: str, value: str) -> str:
        if not value and label in OPTIONAL:
            return value
        if label in MODELS:
            value = self.model(value)
        shown = self._shown.get(label)
        if shown is None:
            return self._among(metric, label, value)
        if value in shown or value == OTHER:
            return value
        rule = LABELS[label]
        most = rule.most if isinstance(rule, Capped) else 0
        if len(shown) < most and _SAFE.match(value):
            shown.add(value)
            return value
        self._overflow(metric, label)
        return OTHER

    def _among(self, metric: str, label: str, value: str) -> str:
        if value in self._allowed[label]:
            return value
        self._overflow(metric, label)
        return OTHER

    def _overflow(self, metric: str, label: str) -> None:
        series = self._values[OVERFLOW]
        series[metric, label] = series.get((metric, label), 0.0) + 1


def _known_beforehand(metric: Metric) -> list[Labels]:
    """All label combinations of a metric, where they are known and few; else none."""
    rules = [LABELS.get(label) for label in metric.labels]
    fixed = [rule for rule in rules if isinstance(rule, tuple)]
    if len(fixed) != len(rules):
        return []
    combinations = list(itertools.product(*fixed))
    return combinations if len(combinations) <= MOST_PRESET else []
