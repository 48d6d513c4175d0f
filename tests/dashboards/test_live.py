"""Every query of every dashboard on a real Prometheus that scrapes the product under traffic."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import demo
from bench.clients import CLIENTS, Route
from dashboards.build import BOARDS
from dashboards.panel import Panel
from dashboards.variables import PERIODS, QUERIES
from proxy.metrics import METRICS
from tests.dashboards.test_rules import RECORDS
from tests.support.debian import program
from tests.support.history import openmetrics
from tests.support.prometheus import TARGET, Prometheus, import_history, prometheus
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.timeout(240)]

ASKED = ("openai chat", "anthropic")
"""Clients of the demonstration that the test lets ask, whole and streamed."""
EXCHANGES = 4
LAST_RULE = "classifier_lang:jauge_toxicity_rate_high:ratio28d_offset7d"
PANELS = [
    (board.key, panel) for board in BOARDS for section in board.sections for panel in section.panels
]
ASKING = [(key, panel) for key, panel in PANELS if panel.queries]
DAY = 86_400


@dataclass(frozen=True)
class Scene:
    """What the tests look at."""

    asked: Prometheus
    exposed: str
    """The product's own exposition, at the end."""
    began: float


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    program("prometheus", "prometheus")  # before anything starts, as it may skip the tests
    folder = tmp_path_factory.mktemp("live")
    began = time.time()
    with ThreadPoolExecutor(1) as beside, demo.simulated(folder) as (parent, ca):
        history = beside.submit(lambda: import_history(openmetrics(began, TARGET), folder))
        with (
            demo.jauge(folder, parent, ca, 1) as running,
            prometheus(folder, history.result(), running.metrics) as asked,
        ):
            _ask(folder, running)
            wait_until(lambda: asked.query(LAST_RULE), "the rules were worked out")
            wait_until(lambda: _scraped(asked), "the traffic was scraped")
            yield Scene(asked, demo.fetch(f"{running.metrics}/metrics"), began)


def _ask(folder: Path, running: demo.Running) -> None:
    """Send the questions, and wait until they are counted."""
    route = Route(running.proxy, folder / "state" / "ca" / "mitmproxy-ca-cert.pem", {})
    for client in CLIENTS:
        if client.name in ASKED:
            for stream in (False, True):
                client.ask(route, stream=stream)
    assert demo.settled(running, EXCHANGES) == EXCHANGES


def _scraped(asked: Prometheus) -> bool:
    tools = 'sum(jauge_requests_total{tool=~"openai-api|anthropic-api"})'
    month = f'sum(jauge_month_requests{{tool=~"openai-api|anthropic-api"}}) == {EXCHANGES}'
    found = asked.query(f"{tools} and on () ({month})")
    return bool(found) and float(found[0]["value"][1]) == EXCHANGES


def _filled(expr: str, chosen: dict[str, str]) -> str:
    for name, value in chosen.items():
        expr = expr.replace(f"${name}", value)
    assert "$" not in expr
    return expr


def _numbers(series: list[dict[str, object]]) -> list[float]:
    found: list[float] = []
    for one in series:
        values = one.get("values") or [one["value"]]
        assert isinstance(values, list)
        found += [float(value) for _, value in values]
    return [number for number in found if not math.isnan(number)]


CHOICES = (
    dict.fromkeys(QUERIES, ".*") | {"period": "1d"},
    {"department": "voirie", "tool": "le-chat", "model": "mistral-large", "period": "7d"},
)


@pytest.mark.parametrize(
    ("board", "panel"), ASKING, ids=[f"{key}-{panel.key}" for key, panel in ASKING]
)
def test_every_query_of_every_panel_returns_data(scene: Scene, board: str, panel: Panel) -> None:
    for query in panel.queries:
        for chosen in CHOICES:
            expr = _filled(query.expr, chosen)
            assert _numbers(scene.asked.query(expr)), f"{board}: no data from {expr}"
        if panel.kind in {"band", "lines", "bars"}:
            expr, now = _filled(query.expr, CHOICES[0]), time.time()
            over = scene.asked.query_range(expr, now - 5 * DAY, now, DAY // 2)
            # What rules record begins with the rules: no history can be loaded for it.
            least = 1 if "classifier_lang:" in expr else 10
            assert len(_numbers(over)) >= least, f"{board}: few points from {expr}"


def _labels(metric: dict[str, str]) -> str:
    return json.dumps({key: metric[key] for key in sorted(metric) if key != "__name__"})


def test_bounds_come_in_their_order(scene: Scene) -> None:
    checked = 0
    for board, panel in ASKING:
        legends = {query.legend.partition(" ")[0] for query in panel.queries}
        if {"low", "central", "high"} <= legends:
            found = {
                query.legend.partition(" ")[0]: sorted(
                    (_labels(one["metric"]), float(one["value"][1]))
                    for one in scene.asked.query(_filled(query.expr, CHOICES[0]))
                )
                for query in panel.queries
            }
            low, central, high = (dict(found[bound]) for bound in ("low", "central", "high"))
            assert low.keys() == central.keys() == high.keys()
            for key in low:
                assert low[key] <= central[key] <= high[key], f"{board}: {panel.key}"
            checked += 1
    assert checked >= 20


@pytest.mark.parametrize("name", QUERIES)
def test_every_variable_has_values(scene: Scene, name: str) -> None:
    values = scene.asked.label_values(_filled(QUERIES[name], {"tool": ".*"}))
    assert {"department": "voirie", "tool": "openai-api", "model": "gpt-4o"}[name] in values


def test_periods_are_durations_that_prometheus_knows(scene: Scene) -> None:
    for period in PERIODS:
        assert _numbers(scene.asked.query(f"sum(increase(jauge_requests_total[{period}]))"))


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_every_recording_rule_records(scene: Scene, record: str) -> None:
    assert _numbers(scene.asked.query(record))


def test_the_product_exposes_every_metric_that_is_asked_for(scene: Scene) -> None:
    asked = " ".join(query.expr for _, panel in ASKING for query in panel.queries)
    types = {line.split()[2] for line in scene.exposed.splitlines() if line.startswith("# TYPE")}
    named = {metric.name for metric in METRICS if metric.name in asked}
    assert len(named) > 60
    assert named <= types


def test_what_the_traffic_causes_was_scraped_from_the_product(scene: Scene) -> None:
    for name in (
        "jauge_requests_total",
        "jauge_tokens_total",
        "jauge_energy_low_joules_total",
        "jauge_department_energy_high_joules_total",
        "jauge_month_energy_joules",
        "jauge_month_requests",
        "jauge_connections_total",
        "jauge_added_latency_seconds_count",
        "jauge_scored_answers_total",
        "jauge_ca_expiry_timestamp_seconds",
        "jauge_state_disk_free_bytes",
        "jauge_ledger_retention_limit_seconds",
        "jauge_factors_info",
    ):
        newest = scene.asked.query(f"max(timestamp({name}))")
        assert float(newest[0]["value"][1]) > scene.began, name


def test_no_alert_fires_in_ordinary_operation_but_those_that_the_demo_earns(scene: Scene) -> None:
    firing = scene.asked.query('count by (alertname) (ALERTS{alertstate="firing"})')
    # The demonstration's clients are no declared applications; of its answers little is known.
    assert {one["metric"]["alertname"] for one in firing} <= {"JaugeUndeclaredApplication"}
