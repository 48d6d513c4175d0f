"""The table of metrics against the rules of naming, and against its documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxy.metrics.__main__ import table
from proxy.metrics.labels import LABELS
from proxy.metrics.table import METRICS, METRICS_BY_NAME, OPENTELEMETRY, Metric

DOCS = Path(__file__).parents[3] / "docs" / "operate" / "metrics.md"
BASE_UNITS = {"", "seconds", "bytes", "joules", "liters", "grams", "tokens", "images", "ratio"}
OWN_LABELS = {"metric", "label"}


def test_the_documentation_holds_the_table_as_it_is() -> None:
    assert table(METRICS) in DOCS.read_text(encoding="utf-8")


def test_names_are_unique() -> None:
    assert len(METRICS_BY_NAME) == len(METRICS) + len(OPENTELEMETRY)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_follow_the_rules(metric: Metric) -> None:
    assert re.fullmatch(r"jauge_[a-z0-9_]+", metric.name)
    assert metric.unit in BASE_UNITS
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert metric.name.endswith("_info") == (metric.kind == "info")
    stem = metric.name.removesuffix("_total")
    assert stem.endswith(metric.unit)
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert metric.help.endswith(".")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_label_has_a_rule(metric: Metric) -> None:
    for label in metric.labels:
        assert label in LABELS or label in OWN_LABELS
    assert not {"user", "agent", "host", "path", "client", "address"} & set(metric.labels)


def test_what_has_a_range_has_three_names() -> None:
    lows = [name for name in METRICS_BY_NAME if "_low_" in name and "provider" not in name]
    centrals = {low.replace("_low_", "_") for low in lows}
    uncertain = ("energy_joules", "water_liters", "co2e_grams", "sbeq_grams", "share_ratio")
    assert centrals == {
        name
        for name, metric in METRICS_BY_NAME.items()
        if name.removesuffix("_total").endswith(uncertain)
        and not {"low", "high"} & set(name.split("_"))
        and metric.kind != "histogram"
    }
    for low in lows:
        assert METRICS_BY_NAME[low.replace("_low_", "_")].labels == METRICS_BY_NAME[low].labels
        assert METRICS_BY_NAME[low.replace("_low_", "_high_")].labels == METRICS_BY_NAME[low].labels


def test_no_metric_puts_department_and_model_together() -> None:
    assert not [m.name for m in METRICS if {"department", "model"} <= set(m.labels)]
