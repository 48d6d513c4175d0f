from __future__ import annotations

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

from proxy.metrics import METRICS, Metrics, expose, make_registry

OPEN = "application/openmetrics-text; version=1.0.0"


def _text(metrics: Metrics, accept: str = "") -> str:
    body, _ = expose(make_registry(metrics), accept)
    return body.decode()


def _block(text: str, name: str) -> list[str]:
    return [line for line in text.splitlines() if name in line]


def test_a_counter_is_exposed_byte_for_byte() -> None:
    metrics = Metrics()
    metrics.add("jauge_images_total", ("le-chat",), 3)
    metrics.add("jauge_images_total", ("chatgpt",))
    assert _block(_text(metrics), "jauge_images") == [
        "# HELP jauge_images_total Images generated.",
        "# TYPE jauge_images_total counter",
        'jauge_images_total{tool="chatgpt"} 1.0',
        'jauge_images_total{tool="le-chat"} 3.0',
    ]


def test_a_histogram_is_exposed_cumulated_byte_for_byte() -> None:
    metrics = Metrics()
    for value in (0.0005, 0.5, 5.0):
        metrics.observe("jauge_analysis_seconds", (), value)
    assert _block(_text(metrics), "jauge_analysis_seconds") == [
        "# HELP jauge_analysis_seconds From a text's wait for the scorer until its scores.",
        "# TYPE jauge_analysis_seconds histogram",
        'jauge_analysis_seconds_bucket{le="0.003"} 1.0',
        'jauge_analysis_seconds_bucket{le="0.01"} 1.0',
        'jauge_analysis_seconds_bucket{le="0.03"} 1.0',
        'jauge_analysis_seconds_bucket{le="0.1"} 1.0',
        'jauge_analysis_seconds_bucket{le="0.3"} 1.0',
        'jauge_analysis_seconds_bucket{le="1.0"} 2.0',
        'jauge_analysis_seconds_bucket{le="3.0"} 2.0',
        'jauge_analysis_seconds_bucket{le="10.0"} 3.0',
        'jauge_analysis_seconds_bucket{le="30.0"} 3.0',
        'jauge_analysis_seconds_bucket{le="100.0"} 3.0',
        'jauge_analysis_seconds_bucket{le="300.0"} 3.0',
        'jauge_analysis_seconds_bucket{le="+Inf"} 3.0',
        "jauge_analysis_seconds_count 3.0",
        "jauge_analysis_seconds_sum 5.5005",
    ]


def test_an_info_metric_is_a_gauge_of_1() -> None:
    metrics = Metrics()
    metrics.set("jauge_build_info", ("0.1.0",), 1)
    assert 'jauge_build_info{version="0.1.0"} 1.0' in _text(metrics)


def test_both_formats_parse_and_hold_every_metric() -> None:
    metrics = Metrics()
    wanted = {metric.name.removesuffix("_total") for metric in METRICS}
    plain = {family.name for family in parse(_text(metrics))}
    opened = {
        family.name
        for family in openmetrics.text_string_to_metric_families(  # type: ignore[no-untyped-call]
            _text(metrics, OPEN)
        )
    }
    assert wanted <= plain
    assert wanted <= opened


def test_nothing_but_our_prefix_is_exposed() -> None:
    names = [family.name for family in parse(_text(Metrics()))]
    assert [name for name in names if not name.startswith("jauge_")] == []
    assert "jauge_process_resident_memory_bytes" in names


def test_the_content_type_follows_the_accept_header() -> None:
    registry = make_registry(Metrics())
    assert expose(registry, "")[1].startswith("text/plain")
    assert expose(registry, OPEN)[1].startswith("application/openmetrics-text")
