"""A real Prometheus on loopback: our rules, a history, and the product as its target."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.debian import program
from tests.support.running import free_port
from tests.support.waiting import wait_until

__all__ = ["TARGET", "Prometheus", "import_history", "prometheus"]

FOLDER = Path(__file__).parents[2] / "dashboards" / "prometheus"
SCHEME = "http://"
TARGET = {"job": "jauge", "instance": "jauge"}
"""Labels of everything that is scraped, whatever its port, and of the history."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One that runs."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def ask(self, path: str, **parameters: str | float) -> Any:  # noqa: ANN401 - JSON
        """What the interface answers under `data`; fails on an error, with Prometheus' reason."""
        answer = self.client.get(f"{self.url}/api/v1/{path}", params=parameters)
        found = answer.json()
        assert found["status"] == "success", f"{found.get('error')} in {parameters}"
        return found["data"]

    def query(self, expr: str) -> list[dict[str, Any]]:
        """Series of an instant query, now."""
        found: list[dict[str, Any]] = self.ask("query", query=expr)["result"]
        return found

    def query_range(self, expr: str, start: float, end: float, step: int) -> list[dict[str, Any]]:
        """Series of a query over time."""
        found = self.ask("query_range", query=expr, start=start, end=end, step=step)["result"]
        return list(found)

    def label_values(self, query: str) -> list[str]:
        """What Grafana's `label_values(series, label)` gives."""
        inside = query.removeprefix("label_values(").removesuffix(")")
        series, _, label = inside.rpartition(",")
        return list(self.ask(f"label/{label.strip()}/values", **{"match[]": series.strip()}))


def import_history(text: str, folder: Path) -> Path:
    """OpenMetrics text as blocks; the folder that holds them."""
    source, data = folder / "history.txt", folder / "data"
    source.write_text(text)
    promtool = program("promtool", "prometheus")
    command = [promtool, "tsdb", "create-blocks-from", "-q", "openmetrics", str(source), str(data)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    source.unlink()
    return data


def write_config(folder: Path, target: str) -> Path:
    """Our own configuration and rules, with everything every second instead of minutes."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (job,) = config["scrape_configs"]
    job["static_configs"] = [{"targets": [target], "labels": {"instance": TARGET["instance"]}}]
    shutil.copytree(FOLDER / "rules", folder / "rules")
    for file in (folder / "rules").iterdir():
        rules = yaml.safe_load(file.read_text())
        for group in rules["groups"]:
            group.pop("interval", None)
        file.write_text(yaml.safe_dump(rules))
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    return path


@contextlib.contextmanager
def prometheus(folder: Path, data: Path, target: str) -> Iterator[Prometheus]:
    """Started on `data`, ready; ended afterwards. `target`: URL of the product."""
    address = f"127.0.0.1:{free_port()}"
    command = [
        program("prometheus", "prometheus"),
        f"--config.file={write_config(folder, target.removeprefix(SCHEME))}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=400d",
        "--query.lookback-delta=11m",
        f"--web.listen-address={address}",
    ]
    log = folder / "prometheus.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    running = Prometheus(f"http://{address}")
    try:
        wait_until(lambda: _ready(running, process, log), "Prometheus is ready", pause_s=0.1)
        yield running
    finally:
        running.client.close()
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(running: Prometheus, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text(errors="replace")
    with contextlib.suppress(httpx.HTTPError):
        return running.client.get(f"{running.url}/-/ready").status_code == 200
    return False
