"""What Prometheus reads: one table of metrics, their values, and the exposition."""

from proxy.metrics.collector import expose, make_registry
from proxy.metrics.edges import EDGE_COUNTERS, EDGE_GAPS, labels_of
from proxy.metrics.labels import LABELS, OTHER
from proxy.metrics.observe import UNKNOWN, observe_exchange, observe_finding
from proxy.metrics.store import Metrics
from proxy.metrics.table import METRICS, OPENTELEMETRY, Metric

__all__ = [
    "EDGE_COUNTERS",
    "EDGE_GAPS",
    "LABELS",
    "METRICS",
    "OPENTELEMETRY",
    "OTHER",
    "UNKNOWN",
    "Metric",
    "Metrics",
    "expose",
    "labels_of",
    "make_registry",
    "observe_exchange",
    "observe_finding",
]
