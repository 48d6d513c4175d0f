"""The composition of Prometheus and Grafana, and what it hands them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.build import BOARDS
from dashboards.texts import LANGUAGES
from tests.support.debian import program

FOLDER = Path(__file__).parents[2] / "dashboards"
COMPOSE = FOLDER / "compose.yaml"


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _config(**environment: str) -> subprocess.CompletedProcess[str]:
    compose = program("docker-compose", "docker-compose")
    return subprocess.run(
        [compose, "-f", str(COMPOSE), "config"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": os.environ["PATH"], **environment},
    )


@pytest.mark.timeout(240)
def test_docker_compose_accepts_it_and_asks_for_a_password() -> None:
    done = _config(GRAFANA_PASSWORD="x")
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == {"prometheus", "grafana"}
    without = _config()
    assert without.returncode != 0
    assert "GRAFANA_PASSWORD" in without.stderr


def test_everything_that_is_mounted_exists() -> None:
    for service in _read(COMPOSE)["services"].values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert not source.startswith(".") or (FOLDER / source).exists(), volume


def test_prometheus_keeps_four_hundred_days_and_looks_back_over_two_scrapes() -> None:
    command = _read(COMPOSE)["services"]["prometheus"]["command"]
    assert "--storage.tsdb.retention.time=400d" in command
    assert "--query.lookback-delta=11m" in command
    assert _read(FOLDER / "prometheus/prometheus.yml")["global"]["scrape_interval"] == "5m"


def test_nothing_listens_beyond_this_machine() -> None:
    services = _read(COMPOSE)["services"]
    assert "--web.listen-address=127.0.0.1:9090" in services["prometheus"]["command"]
    assert services["grafana"]["environment"]["GF_SERVER_HTTP_ADDR"] == "127.0.0.1"
    assert services["grafana"]["environment"]["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert not [one for one in services.values() if "ports" in one]


def test_grafana_is_handed_the_dashboards_where_it_looks_for_them() -> None:
    mounts = dict(
        volume.split(":")[:2] for volume in _read(COMPOSE)["services"]["grafana"]["volumes"]
    )
    inside = mounts["./grafana"]
    providers = _read(FOLDER / "provisioning/dashboards/jauge.yaml")["providers"]
    paths = {provider["options"]["path"] for provider in providers}
    assert paths == {f"{inside}/{language}" for language in LANGUAGES}
    for language in LANGUAGES:
        files = {path.stem for path in (FOLDER / "grafana" / language).glob("*.json")}
        assert files == {board.key for board in BOARDS}


def test_the_source_of_data_is_the_prometheus_beside_it() -> None:
    (source,) = _read(FOLDER / "provisioning/datasources/prometheus.yaml")["datasources"]
    assert source["type"] == "prometheus"
    assert source["isDefault"] is True
    assert source["url"] == "http://127.0.0.1:9090"
