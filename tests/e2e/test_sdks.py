"""The vendors' own SDKs through the running product: answers unchanged, exchanges exact."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from bench.clients import CLIENTS, LISTINGS, Client, Route
from bench.simulated.media import IMAGE_TOKENS
from bench.simulated.scenario import prompt_tokens
from tests.support.running import Product, Row
from tests.support.stage import REFERENCE, Stage

EVENTS = 17
CASES = [(one, stream) for one in CLIENTS for stream in (False, True) if one.streams >= stream]
OUTPUT = {"embedding": 0, "rerank": 0, "image": 2 * IMAGE_TOKENS}
"""Output tokens that the services state, by operation; for the others, one per event."""


def reference(client: Client, *, stream: bool) -> str:
    return f"{client.name.replace(' ', '-')}-{'stream' if stream else 'whole'}"


@dataclass(frozen=True)
class Asked:
    """What all clients got, directly and through Jauge, and what was recorded of it."""

    direct: Mapping[str, str]
    through: Mapping[str, str]
    rows: Mapping[str, list[Row]]


@pytest.fixture(scope="module")
def asked(jauge: Product, stage: Stage) -> Asked:
    direct: dict[str, str] = {}
    through: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of SDKs, about Python and models
        for client, stream in CASES:
            key = reference(client, stream=stream)
            pace = {"x-simulated-events": str(EVENTS)}
            direct[key] = client.ask(Route(stage.url, stage.ca, pace), stream=stream)
            route = Route(jauge.proxy, jauge.authority, {REFERENCE: key, **pace})
            through[key] = client.ask(route, stream=stream)
    return Asked(direct, through, jauge.settled(list(through)))


@pytest.mark.parametrize(
    ("client", "stream"), CASES, ids=[reference(one, stream=stream) for one, stream in CASES]
)
class TestEachClient:
    def test_its_answer_is_that_of_a_direct_connection(
        self, asked: Asked, client: Client, *, stream: bool
    ) -> None:
        key = reference(client, stream=stream)
        assert asked.through[key] == asked.direct[key]
        assert asked.direct[key]

    def test_the_ledger_holds_its_one_exchange(
        self, asked: Asked, stage: Stage, client: Client, *, stream: bool
    ) -> None:
        key = reference(client, stream=stream)
        (row,) = asked.rows[key]
        given = prompt_tokens(stage.request(key))
        expected = {
            "tool": client.tool,
            "provider": client.provider,
            "operation": client.operation,
            "channel": "api",
            "model_asked": client.model,
            "streamed": stream,
            "status": "ok",
            "http_status": 200,
            "error_type": None,
            "parse_status": "ok",
            "input_tokens": given,
            "output_tokens": OUTPUT.get(client.operation, EVENTS),
            "input_source": "reported",
            "images": 2 if client.operation == "image" else None,
            "request_bytes": len(stage.request(key).body),
        }
        assert {name: row[name] for name in expected} == expected

    def test_its_impact_and_finding_are_there(
        self, asked: Asked, client: Client, *, stream: bool
    ) -> None:
        (row,) = asked.rows[reference(client, stream=stream)]
        for name in ("energy_{}_wh", "water_electricity_{}_ml", "ghg_use_{}_gco2e"):
            low, central, high = (row[name.format(bound)] for bound in ("low", "central", "high"))
            assert 0 <= low <= central <= high
            assert high > 0
        says_something = client.operation in {"chat", "completion", "audio"}
        assert row["finding_status"] == ("scored" if says_something else "empty")
        if says_something:
            assert row["finding_windows_scored"] >= 1
            assert 0 <= row["finding_scores"]["toxicity"] <= 1


def test_calls_that_generate_nothing_yield_no_exchange(jauge: Product, stage: Stage) -> None:
    route = Route(jauge.proxy, jauge.authority, {REFERENCE: "listing"})
    for name, ask in LISTINGS.items():
        assert ask(route) > 0, name
    last = Route(jauge.proxy, jauge.authority, {REFERENCE: "after-listing"})
    CLIENTS[0].ask(last, stream=False)
    rows = jauge.settled(["after-listing"])
    assert len(rows["after-listing"]) == 1
    assert "listing" not in rows
    assert sum(one.headers.get(REFERENCE) == "listing" for one in stage.seen) == len(LISTINGS)
