"""The estimator as the auditor uses it: gaps stay gaps, own machines are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.auditor import Auditor
from proxy.config import SHIPPED, Config, load
from proxy.impact import load_estimator
from tests.support.impact import Field, estimator, exchange


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "client_error", "http_status": 401},
        {"parse_status": "ws_handoff", "response_bytes": 80_000},
    ],
)
def test_what_was_not_counted_is_no_zero(fields: dict[str, Field]) -> None:
    bare = exchange("gpt-4o", input_source="none", output_source="none", **fields)
    assert estimator().impact(bare) is None


def test_what_was_counted_has_its_estimate() -> None:
    one = exchange("gpt-4o", input_tokens=3)
    assert estimator().impact(one) == estimator().estimate(one)


def with_own_host(folder: Path) -> Config:
    hosts = "impact.own_hosts=[{tool: albert-api, zone: nor, pue: 1.3}]"
    return load(SHIPPED / "jauge.yaml", [f"state_dir={folder}", hosts], environ={})


def test_own_machines_are_those_of_the_configuration(tmp_path: Path) -> None:
    found = load_estimator(with_own_host(tmp_path))
    own = exchange("llama-3.1-8b", tool="albert-api", provider="albert", output_tokens=10)
    impact = found.impact(own)
    assert impact is not None
    assert impact.zone == "NOR"
    other = found.impact(exchange("llama-3.1-8b", output_tokens=10))
    assert other is not None
    assert other.zone == "USA"


def test_the_auditor_estimates_with_them(tmp_path: Path) -> None:
    auditor = Auditor(with_own_host(tmp_path))
    estimate = auditor.pipeline._completer._steps.estimate
    impact = estimate(
        exchange("llama-3.1-8b", tool="albert-api", provider="albert", output_tokens=10)
    )
    assert impact is not None
    assert impact.zone == "NOR"
    assert estimate(exchange("gpt-4o", tool="albert-api", provider="albert")) is None
