"""Prints the tables of docs/operate/metrics.md: `python -m proxy.metrics`."""

import sys
from collections.abc import Sequence

from proxy.metrics.table import METRICS, OPENTELEMETRY, Metric

__all__ = ["table"]


def table(metrics: Sequence[Metric]) -> str:
    """One line per metric, as Markdown."""
    lines = ["| name | type | labels | what it counts |", "|---|---|---|---|"]
    for metric in metrics:
        labels = ", ".join(metric.labels) or "–"
        kind = "gauge, always 1" if metric.kind == "info" else metric.kind
        lines.append(f"| `{metric.name}` | {kind} | {labels} | {metric.help} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(METRICS) + "\n" + table(OPENTELEMETRY))
