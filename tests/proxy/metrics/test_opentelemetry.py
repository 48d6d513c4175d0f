from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from proxy.exchange import Operation
from proxy.metrics import Metrics, expose, make_registry, observe_exchange
from proxy.metrics.opentelemetry import OPERATIONS, PROVIDERS
from proxy.metrics.table import METRICS_BY_NAME, OPENTELEMETRY
from tests.support.catalogue import shipped
from tests.support.ledger import plain

DOCS = Path(__file__).parents[3] / "docs" / "operate" / "metrics.md"
USAGE = "gen_ai_client_token_usage"
DURATION = "gen_ai_client_operation_duration_seconds"
FIRST_CHUNK = "gen_ai_client_operation_time_to_first_chunk_seconds"


SPELT = {"mistral-large-latest": "mistral-large"}
"""What a catalogue makes of a client's spelling."""


def _observed(**changes: object) -> Metrics:
    models = ["mistral-large", "mistral-small"]
    metrics = Metrics(models=models, opentelemetry=True, named=SPELT.get)
    given = plain(model="mistral-large", model_asked="mistral-large-latest")
    exchange = msgspec.structs.replace(given, **changes)
    observe_exchange(metrics, exchange, None, None, {})
    return metrics


def test_an_exchange_is_counted_by_the_names_of_the_conventions() -> None:
    metrics = _observed(streamed=True, time_to_first_byte_s=0.25)
    what = ("chat", "mistral_ai", "mistral-large", "mistral-large")
    usage = metrics.histograms(USAGE)
    assert {labels: total for labels, (_, total) in usage.items()} == {
        (*what, "input"): 100.0,
        (*what, "output"): 50.0,
    }
    assert metrics.histograms(DURATION)[*what, ""][1] == 1.5
    assert metrics.histograms(FIRST_CHUNK)[what][1] == 0.25


def test_the_model_that_was_asked_for_is_told_beside_the_one_that_answered() -> None:
    cases: list[tuple[str | None, str]] = [
        ("mistral-large-latest", "mistral-large"),
        ("of-which-nobody-has-heard", "other"),
        (None, ""),
    ]
    for asked, told in cases:
        metrics = _observed(model_asked=asked, model="mistral-small")
        ((_, _, request, response, _),) = metrics.histograms(DURATION)
        assert (request, response) == (told, "mistral-small")
        assert metrics.values("jauge_label_overflow_total") == {}


def test_buckets_are_those_of_the_conventions() -> None:
    seconds = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96)
    tokens = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216)
    assert METRICS_BY_NAME[DURATION].buckets == pytest.approx((*seconds, 81.92))
    assert METRICS_BY_NAME[FIRST_CHUNK].buckets == pytest.approx((*seconds, 81.92))
    assert METRICS_BY_NAME[USAGE].buckets == (*tokens, 67108864)


def test_only_a_streamed_answer_has_a_first_chunk() -> None:
    assert _observed(streamed=False, time_to_first_byte_s=0.25).histograms(FIRST_CHUNK) == {}


def test_what_only_the_models_server_can_know_is_not_told() -> None:
    assert {metric.name for metric in OPENTELEMETRY} == {USAGE, DURATION, FIRST_CHUNK}
    said = DOCS.read_text(encoding="utf-8")
    for name in (
        "gen_ai.client.operation.time_per_output_chunk",
        "gen_ai.server.request.duration",
        "gen_ai.server.time_to_first_token",
        "gen_ai.server.time_per_output_token",
    ):
        assert f"| `{name}` |" in said


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
