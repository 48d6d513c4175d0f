"""What a real auditor process says of itself and of the traffic in its metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from proxy.impact.about import about
from proxy.impact.factors import load as load_factors
from tests.proxy.test_auditor import MODEL, Worker
from tests.support.auditor import RunningAuditor, write_config
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


def test_the_month_and_names_of_opentelemetry_are_served(tmp_path: Path, worker: Worker) -> None:
    worker.finish()
    config = write_config(tmp_path, auditor={"listen": "127.0.0.1:0", "opentelemetry": True})
    with RunningAuditor(config) as auditor:
        wait_until(lambda: auditor.metric('jauge_month_requests{tool="le-chat"}') == 1, "the month")
        exposed = auditor.get("/metrics").text
    (counted,) = re.findall(r"gen_ai_client_operation_duration_seconds_count\{(.*)\} 1\.0", exposed)
    labels = dict(re.findall(r'(\w+)="([^"]*)"', counted))
    assert labels["gen_ai_request_model"] == labels["gen_ai_response_model"] == MODEL
