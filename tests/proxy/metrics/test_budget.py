"""The number of series: every metric filled with every value that its labels can be given."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from proxy.metrics import METRICS, Metrics, expose, make_registry
from proxy.metrics.labels import LABELS, MODELS, MOST_PAIRS, OPTIONAL, OTHER, Capped
from proxy.metrics.metric import Metric

MOST = 10_000
MODEL_NAMES = [f"model{number}" for number in range(170)]
ENOUGH = 20_000
"""Combinations tried of one metric, beyond all that it may hold, spread over all of them."""


def _values(label: str) -> list[str]:
    """All that a label may say, and some more."""
    rule = LABELS.get(label, ("jauge_requests_total", "tool"))
    if not isinstance(rule, Capped):
        return [*rule, "invented"]
    stem = "model" if label in MODELS else label
    absent = [""] if label in OPTIONAL else []
    return absent + [f"{stem}{number}" for number in range(rule.most + 8)]


def _combinations(metric: Metric) -> Iterator[tuple[str, ...]]:
    values = [_values(label) for label in metric.labels]
    total = 1
    for one in values:
        total *= len(one)
    step = max(1, total // ENOUGH)
    step += step > 1 and step % 2 == 0  # an odd step meets every value of every label
    yield from itertools.islice(itertools.product(*values), 0, None, step)


def _fill(metrics: Metrics) -> None:
    for metric in metrics.table:
        if metric.name == "jauge_label_overflow_total":
            continue  # what the others overflow into
        for labels in _combinations(metric):
            if metric.kind == "histogram":
                metrics.observe(metric.name, labels, 1)
            elif metric.kind == "counter":
                metrics.add(metric.name, labels)
            else:
                metrics.set(metric.name, labels, 1)


def _series(metrics: Metrics) -> int:
    """Series as Prometheus would count them: lines of the exposition that are no comment."""
    text = expose(make_registry(metrics), "")[0].decode()
    return sum(1 for line in text.splitlines() if not line.startswith("#"))


@pytest.fixture(scope="module")
def full() -> Metrics:
    metrics = Metrics(models=MODEL_NAMES, opentelemetry=True)
    _fill(metrics)
    return metrics


def test_all_metrics_filled_with_all_they_can_hold_stay_within_ten_thousand_series(
    full: Metrics,
) -> None:
    assert 7_000 < _series(full) <= MOST


def test_two_hundred_pairs_of_tool_and_model_are_shown_and_the_same_in_every_metric(
    full: Metrics,
) -> None:
    shown: set[tuple[str, str]] = set()
    for metric in METRICS:
        if {"tool", "model"} <= set(metric.labels):
            where = metric.labels.index("tool"), metric.labels.index("model")
            found = {(labels[where[0]], labels[where[1]]) for labels in full.values(metric.name)}
            shown |= {pair for pair in found if pair[1] != OTHER}
    assert len(shown) == MOST_PAIRS == 200


def test_what_falls_under_other_is_counted_not_lost(full: Metrics) -> None:
    energy = full.values("jauge_energy_joules_total")
    tried = len(
        list(_combinations(next(m for m in METRICS if m.name == "jauge_energy_joules_total")))
    )
    assert sum(energy.values()) == tried
    overflow = full.values("jauge_label_overflow_total")
    assert overflow["jauge_energy_joules_total", "tool and model"] > 0
    assert overflow["jauge_requests_total", "tool"] > 0


def test_a_full_set_grows_no_further(full: Metrics) -> None:
    before = _series(full)
    _fill(full)
    assert _series(full) == before
