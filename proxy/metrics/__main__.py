"""Prints the table of docs/operate/metrics.md: `python -m proxy.metrics`."""

import sys

from proxy.metrics.table import METRICS


def table() -> str:
    """One line per metric, as Markdown."""
    lines = ["| name | type | labels | what it counts |", "|---|---|---|---|"]
    for metric in METRICS:
        labels = ", ".join(metric.labels) or "–"
        kind = "gauge, always 1" if metric.kind == "info" else metric.kind
        lines.append(f"| `{metric.name}` | {kind} | {labels} | {metric.help} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
