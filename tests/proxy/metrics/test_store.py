from __future__ import annotations

import math
import threading

import pytest

from proxy.metrics.labels import LABELS, Capped
from proxy.metrics.store import Metrics
from proxy.metrics.table import METRICS, METRICS_BY_NAME

OVERFLOW = "jauge_label_overflow_total"


def _series(metrics: Metrics) -> int:
    total = 0
    for metric in METRICS:
        if metric.kind == "histogram":
            total += len(metrics.histograms(metric.name)) * (len(metric.buckets) + 3)
        else:
            total += len(metrics.values(metric.name))
    return total


def test_counters_add_up_by_labels() -> None:
    metrics = Metrics()
    metrics.add("jauge_images_total", ("chatgpt",), 2)
    metrics.add("jauge_images_total", ("chatgpt",))
    metrics.add("jauge_images_total", ("le-chat",))
    assert metrics.values("jauge_images_total") == {("chatgpt",): 3.0, ("le-chat",): 1.0}


def test_counters_whose_labels_are_known_start_at_0() -> None:
    metrics = Metrics()
    assert metrics.values("jauge_inbox_gaps_total") == {
        ("damaged",): 0.0,
        ("unreadable",): 0.0,
        ("lost",): 0.0,
    }
    assert metrics.values("jauge_requests_total") == {}
    assert metrics.values("jauge_edge_workers") == {}
    assert len(metrics.histograms("jauge_output_tokens")) == 3


@pytest.mark.parametrize("amount", [0.0, -1.0, math.nan, math.inf, 1e16])
def test_amounts_that_no_exchange_can_have_add_nothing(amount: float) -> None:
    metrics = Metrics()
    metrics.add("jauge_images_total", ("chatgpt",), amount)
    assert metrics.values("jauge_images_total") == {}


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_observations_that_make_no_sense_are_left_out(value: float) -> None:
    metrics = Metrics()
    metrics.observe("jauge_output_tokens", ("api",), value)
    assert sum(metrics.histograms("jauge_output_tokens")["api",][0]) == 0


def test_histograms_count_up_to_and_including_their_bounds() -> None:
    metrics = Metrics()
    for value in (0, 1, 2, 4, 65536, 65537):
        metrics.observe("jauge_output_tokens", ("api",), value)
    counts, total = metrics.histograms("jauge_output_tokens")["api",]
    assert counts == (2, 2, 0, 0, 0, 0, 0, 0, 1, 1)
    assert total == 0 + 1 + 2 + 4 + 65536 + 65537


def test_whole_histograms_are_merged() -> None:
    metrics = Metrics()
    metrics.observe("jauge_output_tokens", ("api",), 1)
    metrics.merge("jauge_output_tokens", ("api",), [1] * 10, 12.5)
    counts, total = metrics.histograms("jauge_output_tokens")["api",]
    assert counts == (2, *(1,) * 9)
    assert total == 13.5


def test_gauges_are_replaced() -> None:
    metrics = Metrics()
    metrics.set("jauge_edge_workers", ("north",), 2)
    metrics.replace("jauge_edge_workers", {("south",): 3.0})
    assert metrics.values("jauge_edge_workers") == {("south",): 3.0}


def test_ten_thousand_invented_models_add_no_series() -> None:
    metrics = Metrics(models=["gpt-4o"])
    labels = ("openai-api", "gpt-4o", "input", "reported")
    metrics.add("jauge_tokens_total", labels)
    metrics.add("jauge_tokens_total", ("openai-api", "other", "input", "reported"))
    before = _series(metrics)
    for number in range(10_000):
        metrics.add("jauge_tokens_total", ("openai-api", f"invented-{number}", "input", "reported"))
    assert _series(metrics) == before
    assert metrics.value("jauge_tokens_total", labels) == 1
    assert metrics.values("jauge_tokens_total")["openai-api", "other", "input", "reported"] == 10001


@pytest.mark.parametrize(
    "label", [name for name, rule in LABELS.items() if isinstance(rule, Capped)]
)
def test_no_label_has_more_values_than_its_bound(label: str) -> None:
    rule = LABELS[label]
    assert isinstance(rule, Capped)
    most = rule.most
    metric = next(m for m in METRICS_BY_NAME.values() if label in m.labels)
    if metric.most_series < most:
        pytest.skip(f"{metric.name} bounds its series more tightly")
    metrics = Metrics(models=[f"v{number}" for number in range(most + 50)], opentelemetry=True)
    where = metric.labels.index(label)
    rules = [LABELS[name] for name in metric.labels]
    known = [rule[0] if isinstance(rule, tuple) else "x" for rule in rules]
    for number in range(most + 50):
        known[where] = f"v{number}"
        if metric.kind == "histogram":
            metrics.observe(metric.name, known, 0.5)
        elif metric.kind == "counter":
            metrics.add(metric.name, known)
        else:
            metrics.set(metric.name, known, 1)
    series = (
        metrics.histograms(metric.name)
        if metric.kind == "histogram"
        else metrics.values(metric.name)
    )
    values = {labels[where] for labels in series}
    assert len(values) <= most + 1
    assert "other" in values
    assert metrics.value(OVERFLOW, (metric.name, label)) == 50


def test_a_value_outside_a_fixed_list_is_other_and_counted() -> None:
    metrics = Metrics()
    metrics.add("jauge_words_total", ("stolen",))
    assert metrics.values("jauge_words_total")["other",] == 1
    assert metrics.value(OVERFLOW, ("jauge_words_total", "words")) == 1


@pytest.mark.parametrize("value", ["a\nb", 'a"b', "é", "x" * 65, "", "a{b}"])
def test_a_value_of_odd_characters_is_never_shown(value: str) -> None:
    metrics = Metrics()
    metrics.add("jauge_images_total", (value,))
    assert metrics.values("jauge_images_total") == {("other",): 1.0}


def test_a_metric_never_has_more_series_than_its_bound() -> None:
    models = [f"m{number}" for number in range(150)]
    metrics = Metrics(models=models)
    for tool in range(120):
        for model in models:
            metrics.add("jauge_energy_joules_total", (f"t{tool}", model), 1.0)
    series = metrics.values("jauge_energy_joules_total")
    assert len(series) == 200 + 40  # pairs, then `other` of each tool, and of the other tools
    assert sum(series.values()) == 120 * 150
    assert metrics.value(OVERFLOW, ("jauge_energy_joules_total", "tool and model")) > 0


def test_labels_must_be_as_many_as_the_metric_has() -> None:
    with pytest.raises(ValueError, match="jauge_images_total"):
        Metrics().add("jauge_images_total", ("a", "b"))


def test_threads_lose_no_count() -> None:
    metrics = Metrics()

    def work() -> None:
        for _ in range(2000):
            metrics.add("jauge_images_total", ("chatgpt",))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert metrics.value("jauge_images_total", ("chatgpt",)) == 8000
