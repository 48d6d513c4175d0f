from __future__ import annotations

from addons.tally import COUNTERS, LATENCY_BOUNDS_S, STAGES
from proxy.metrics.edges import EDGE_COUNTERS, EDGE_GAPS, labels_of
from proxy.metrics.labels import LABELS
from proxy.metrics.table import METRICS_BY_NAME


def test_every_counter_of_the_edge_has_a_metric_and_no_other() -> None:
    assert set(EDGE_COUNTERS) == set(COUNTERS)


def test_metrics_and_labels_exist() -> None:
    for name, template in EDGE_COUNTERS.values():
        metric = METRICS_BY_NAME[name]
        assert metric.kind == "counter"
        for label, part in zip(metric.labels, labels_of(template, "\1"), strict=True):
            rule = LABELS[label]
            assert part == "\1" or not isinstance(rule, tuple) or part in rule


def test_gaps_are_counters_and_know_whether_their_label_is_a_tool() -> None:
    for counter, is_tool in EDGE_GAPS.items():
        assert is_tool == (COUNTERS[counter] == "tool")


def test_the_edge_measures_in_our_buckets_and_stages() -> None:
    assert METRICS_BY_NAME["jauge_added_latency_seconds"].buckets == LATENCY_BOUNDS_S
    assert LABELS["stage"] == STAGES


def test_labels_take_the_value_where_the_template_says() -> None:
    assert labels_of(EDGE_COUNTERS["opened"][1], "chatgpt") == ("chatgpt", "decrypted")
    assert labels_of(EDGE_COUNTERS["tee_errors"][1], "KeyError") == ("tee", "KeyError")
