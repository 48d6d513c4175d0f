"""Five made-up weeks of all metrics, as OpenMetrics text that promtool turns into blocks.

The values mean nothing but are consistent: counters grow, low < central < high, fewer answers
are flagged than scored. They stand for the days before a test.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from proxy.metrics import METRICS
from proxy.metrics.labels import LABELS
from proxy.metrics.metric import Metric

__all__ = ["DAYS", "openmetrics", "times"]

DAYS = 36
HOUR = 3600
VALUES: dict[str, tuple[str, ...]] = {
    "tool": ("le-chat", "chatgpt", "albert-api"),
    "model": ("mistral-large", "gpt-4o"),
    "department": ("voirie", "autres", "unknown"),
    "category": ("toxicity", "insult"),
    "classifier": ("embedded",),
    "threshold_set": ("t1",),
    "edge": ("edge",),
    "error": ("ENOSPC",),
    "cause": ("tunnels", "passthrough", "truncated"),
    "version": ("2026.11",),
    "metric": ("jauge_requests_total",),
    "label": ("tool",),
    "lang": ("fr", "en"),
    "kind": ("women", "men"),
    "measure": ("gendered/women", "forms/inclusive"),
}
"""Of labels whose values are not a fixed list, or whose list is longer than the test needs."""
TROUBLES = ("lost", "gaps", "errors", "dropped")
"""Of these nothing more happened, lest alerts fire."""
MOST = 60
"""Combinations of one metric."""


def times(now: float) -> list[int]:
    """When samples were taken: seldom, then twice a day, then just now."""
    start = int(now) - DAYS * 24 * HOUR
    early = range(start, int(now) - 8 * 24 * HOUR, 4 * 24 * HOUR)
    lately = range(int(now) - 8 * 24 * HOUR, int(now) - HOUR, 12 * HOUR)
    return [*early, *lately, int(now) - 600, int(now) - 60]


def openmetrics(now: float, target: Mapping[str, str]) -> str:
    """The text. `target`: the labels that Prometheus adds when it scrapes."""
    at = times(now)
    lines = (line for metric in METRICS for line in _lines(metric, at, now, target))
    up = _sample("up", target, 1.0)
    process = _sample("jauge_process_resident_memory_bytes", target, 2e8)
    others = (f"{series} {when}" for series in (up, process) for when in at)
    return "\n".join((*lines, *others, "# EOF", ""))


def _lines(metric: Metric, at: list[int], now: float, target: Mapping[str, str]) -> Iterator[str]:
    values = [_values(label) for label in metric.labels]
    for labels in itertools.islice(itertools.product(*values), MOST):
        named = dict(zip(metric.labels, labels, strict=True)) | dict(target)
        for name, extra, weight in _series(metric):
            for when in at:
                value = _value(metric, when, now) * weight
                yield f"{_sample(name, named | extra, value)} {when}"


def _values(label: str) -> tuple[str, ...]:
    rule = LABELS.get(label, ())
    return VALUES.get(label) or (rule if isinstance(rule, tuple) else ("other",))


def _series(metric: Metric) -> Iterator[tuple[str, dict[str, str], float]]:
    """The series of one combination of labels, each with its share of the value."""
    if metric.kind != "histogram":
        yield metric.name, {}, 1.0
        return
    bounds = [f"{bound}" for bound in metric.buckets] + ["+Inf"]
    for number, bound in enumerate(bounds, 1):
        yield f"{metric.name}_bucket", {"le": bound}, float(number)
    yield f"{metric.name}_count", {}, float(len(bounds))
    yield f"{metric.name}_sum", {}, metric.buckets[len(metric.buckets) // 2] * len(bounds)


def _value(metric: Metric, when: int, now: float) -> float:
    if any(word in metric.name for word in TROUBLES):
        return 3.0
    size = 0.5 if "_low_" in metric.name else 2.0 if "_high_" in metric.name else 1.0
    if metric.kind == "info":
        return 1.0
    if metric.name.endswith("_timestamp_seconds"):
        return now + 1e7 if "expiry" in metric.name else when - 5.0
    if metric.kind == "gauge":
        return (0.3 if metric.unit == "ratio" else 100.0) * size
    share = 0.05 if "flagged" in metric.name else 1.0
    return size * share * (when - now + (DAYS + 1) * 24 * HOUR) / 60


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{key}="{text}"' for key, text in sorted(labels.items()))
    return f"{name}{{{inside}}} {value!r}"
