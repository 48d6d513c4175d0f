"""What a real auditor process says of itself and of the traffic in its metrics."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from proxy.impact.about import about
from proxy.impact.factors import load as load_factors
from proxy.restate import recompute
from tests.proxy.test_auditor import MODEL, Worker
from tests.support.auditor import RunningAuditor, write_config
from tests.support.ledger import HOUR, open_ledger
from tests.support.restating import finder, two_sets
from tests.support.waiting import wait_until as wait_often

wait_until = partial(wait_often, pause_s=0.1)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    state_dir = tmp_path / "var"
    state_dir.mkdir(mode=0o700)
    worker = Worker(state_dir)
    yield worker
    worker.close()


def test_it_says_by_which_factors_it_counts_and_what_it_consumes(tmp_path: Path) -> None:
    with RunningAuditor(write_config(tmp_path)) as auditor:
        exposed = auditor.get("/metrics").text
    said = about(load_factors())._asdict()
    told = ",".join(f'{key}="{text}"' for key, text in sorted(said.items()))
    assert [line for line in exposed.splitlines() if line.startswith("jauge_factors_info{")] == [
        f"jauge_factors_info{{{told}}} 1.0"
    ]
    for bound in ("_low", "", "_high"):
        for component in ("cpu", "ram"):
            labels = f'{{component="{component}",source="estimated"}}'
            assert f"jauge_self_energy{bound}_joules_total{labels} 0.0" in exposed


def counters(auditor: RunningAuditor) -> dict[str, float]:
    """Every series that may only grow: counters, and the parts of histograms."""
    kind, found = "", {}
    for line in auditor.get("/metrics").text.splitlines():
        if line.startswith("# TYPE "):
            kind = line.rsplit(" ", 1)[1]
        elif not line.startswith("#") and kind in {"counter", "histogram"}:
            series, _, value = line.rpartition(" ")
            if not series.partition("{")[0].endswith("_created"):
                found[series] = float(value)
    return found


def fallen(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Series that fell, or are gone."""
    return {
        name: (value, after.get(name, -1.0))
        for name, value in before.items()
        if after.get(name, -1.0) < value
    }


def edges_in_ledger(state_dir: Path) -> int:
    """What the ledger has taken in of the edges' counters: from there a restart goes on."""
    with open_ledger(state_dir, now=time.time()) as ledger:
        return sum(at for name, at in ledger.positions().items() if name.startswith("edge/"))


def test_no_counter_falls_and_a_restart_is_a_reset_that_counts_nothing_twice(
    tmp_path: Path, worker: Worker
) -> None:
    """Rows that are restated, workers that start anew, records that are read again."""
    config, requests = write_config(tmp_path), "jauge_requests_total"
    tunnels = 'jauge_connections_total{connection="tunnelled",tool="chatgpt"}'

    def sum_of(found: dict[str, float], family: str) -> float:
        return sum(v for name, v in found.items() if name.partition("{")[0] == family)

    with RunningAuditor(config) as auditor:
        worker.finish()
        worker.tell(4)
        wait_until(lambda: auditor.metric(tunnels) == 4, "the edge is heard")
        wait_until(lambda: sum_of(counters(auditor), requests) == 1, "the first")
        first = counters(auditor)
        assert sum_of(first, "jauge_energy_joules_total") > 0
        earlier, current = two_sets()
        with open_ledger(tmp_path / "var", now=time.time()) as ledger:
            done = recompute(ledger, earlier, 0, time.time() + HOUR, find=finder(earlier, current))
        assert done.written
        assert done.change("energy_wh", "central") < 0, "what was counted is less by now"
        second = counters(auditor)
        assert fallen(first, second) == {}
        again = Worker(tmp_path / "var", "w1")  # a worker that starts counting anew
        again.tell(1)
        again.finish()
        wait_until(lambda: auditor.metric(tunnels) == 5, "the other worker is heard")
        wait_until(lambda: sum_of(counters(auditor), requests) == 2, "the second")
        third = counters(auditor)
        assert fallen(second, third) == {}
        assert edges_in_ledger(tmp_path / "var") == 5, "what is shown is in the ledger"
        auditor.kill()
    with RunningAuditor(config) as auditor:
        worker.tell(6)
        again.finish()
        again.close()
        wait_until(lambda: sum_of(counters(auditor), requests) == 1, "the third")
        wait_until(lambda: auditor.metric(tunnels) > 0, "what the first worker counted since")
        after = counters(auditor)
    assert (sum_of(after, requests), after[tunnels]) == (1, 2)
    assert sum_of(third, requests) + sum_of(after, requests) == 3, "as Prometheus adds them up"


def test_the_month_and_names_of_opentelemetry_are_served(tmp_path: Path, worker: Worker) -> None:
    worker.finish()
    config = write_config(tmp_path, auditor={"listen": "127.0.0.1:0", "opentelemetry": True})
    with RunningAuditor(config) as auditor:
        wait_until(lambda: auditor.metric('jauge_month_requests{tool="le-chat"}') == 1, "the month")
        exposed = auditor.get("/metrics").text
    (counted,) = re.findall(r"gen_ai_client_operation_duration_seconds_count\{(.*)\} 1\.0", exposed)
    labels = dict(re.findall(r'(\w+)="([^"]*)"', counted))
    assert labels["gen_ai_request_model"] == labels["gen_ai_response_model"] == MODEL
