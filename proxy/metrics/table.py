"""METRICS: every metric that Jauge exports, one row each.

Names, types and buckets follow the OpenTelemetry conventions for generative AI and the
naming rules of Prometheus (https://prometheus.io/docs/practices/naming/): base units,
`_total` on counters, and a sum over all labels that means something. What has a range has
three names (`..._low_...`, none, `..._high_...`) that are never added together.

docs/operate/metrics.md lists the same rows, made from them (`make generate`).
"""

from __future__ import annotations

from proxy.metrics.metric import Kind, Metric
from proxy.metrics.rows.edge import EDGE
from proxy.metrics.rows.exchanges import EXCHANGES
from proxy.metrics.rows.impact import IMPACT
from proxy.metrics.rows.itself import ITSELF
from proxy.metrics.rows.month import MONTH
from proxy.metrics.rows.opentelemetry import OPENTELEMETRY
from proxy.metrics.rows.storage import STORAGE
from proxy.metrics.rows.words import WORDS

__all__ = ["METRICS", "METRICS_BY_NAME", "OPENTELEMETRY", "Kind", "Metric"]

METRICS: tuple[Metric, ...] = (
    *EXCHANGES,
    *IMPACT,
    *WORDS,
    *EDGE,
    *STORAGE,
    *ITSELF,
    *MONTH,
)
"""Exported always. OPENTELEMETRY comes beside them where `auditor.opentelemetry` is set."""

METRICS_BY_NAME: dict[str, Metric] = {metric.name: metric for metric in (*METRICS, *OPENTELEMETRY)}
