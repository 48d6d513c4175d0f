from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from proxy.exchange import Operation
from proxy.metrics import Metrics, expose, make_registry, observe_exchange
from proxy.metrics.opentelemetry import OPERATIONS, PROVIDERS
from tests.support.catalogue import shipped
from tests.support.ledger import plain

USAGE = "gen_ai_client_token_usage"
DURATION = "gen_ai_client_operation_duration_seconds"
FIRST_CHUNK = "gen_ai_client_operation_time_to_first_chunk_seconds"


def _observed(**changes: object) -> Metrics:
    metrics = Metrics(models=["mistral-large"], opentelemetry=True)
    exchange = msgspec.structs.replace(plain(model="mistral-large"), **changes)
    observe_exchange(metrics, exchange, None, None, {})
    return metrics


def test_an_exchange_is_counted_by_the_names_of_the_conventions() -> None:
    metrics = _observed(streamed=True, time_to_first_byte_s=0.25)
    what = ("chat", "mistral_ai", "mistral-large")
    usage = metrics.histograms(USAGE)
    assert {labels: total for labels, (_, total) in usage.items()} == {
        (*what, "input"): 100.0,
        (*what, "output"): 50.0,
    }
    assert metrics.histograms(DURATION)[*what, ""][1] == 1.5
    assert metrics.histograms(FIRST_CHUNK)[what][1] == 0.25


def test_estimated_tokens_are_no_usage() -> None:
    metrics = _observed(input_source="estimated", output_source="counted")
    assert {labels[-1] for labels in metrics.histograms(USAGE)} == {"output"}


def test_a_failure_has_its_type() -> None:
    metrics = _observed(status="server_error")
    assert {labels[-1] for labels in metrics.histograms(DURATION)} == {"server_error"}


@pytest.mark.parametrize("on", [True, False])
def test_the_names_are_there_only_where_they_are_wanted(on: bool) -> None:  # noqa: FBT001
    metrics = Metrics(opentelemetry=on)
    observe_exchange(metrics, plain(), None, None, {})
    text = expose(make_registry(metrics), "")[0].decode()
    assert (f"\n{USAGE}_count" in text) == on


def test_every_name_that_is_translated_is_one_of_ours() -> None:
    assert set(OPERATIONS) <= set(get_args(Operation))
    assert set(PROVIDERS) <= {entry.host.provider for entry in shipped().entries}
