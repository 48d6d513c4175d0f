"""The values of all metrics in the exposition formats of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from proxy.metrics.store import Metrics
from proxy.metrics.table import Metric

__all__ = ["MetricsCollector", "expose", "make_registry"]


class MetricsCollector(Collector):
    """Turns a `Metrics` into families, in the order of its table."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Family]:
        """One consistent picture of all metrics."""
        with self._metrics.together():
            families = [self._family(metric) for metric in self._metrics.table]
        yield from families

    def _family(self, metric: Metric) -> Family:
        if metric.kind == "histogram":
            return self._histogram(metric)
        make = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
        family = make(metric.name, metric.help, labels=metric.labels)
        for labels, value in sorted(self._metrics.values(metric.name).items()):
            family.add_metric(labels, value)
        return family

    def _histogram(self, metric: Metric) -> Family:
        family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        bounds = [*map(floatToGoString, metric.buckets), "+Inf"]
        for labels, (counts, total) in sorted(self._metrics.histograms(metric.name).items()):
            family.add_metric(labels, list(zip(bounds, accumulate(counts), strict=True)), total)
        return family


def make_registry(metrics: Metrics) -> CollectorRegistry:
    """A registry of our metrics and of this process (`jauge_process_...`)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(MetricsCollector(metrics))
    ProcessCollector(namespace="jauge", registry=registry)
    return registry


def expose(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The exposition and its content type, in the format that an Accept header asks for."""
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
