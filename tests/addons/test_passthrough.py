"""Clients that refuse our certificate: by their signs, and with real handshakes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy.connection import Client
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from addons.passthrough import Passthrough
from addons.refusals import Refusals
from addons.tally import Tally
from tests.support.edge import worker
from tests.support.tls import Authority, client_context
from tests.support.upstream import serving
from tests.support.visit import Edge, edge, visit

OPENAI = "api.openai.com"
ALERT = "tlsv1 alert unknown ca"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """The addon with a clock of its own, and one client."""

    def __init__(self, folder: Path, *, may_pass: bool = True) -> None:
        self.clock = Clock()
        self.tally = Tally()
        self.addon = Passthrough(
            Refusals(folder, hours=24),
            tally=self.tally,
            may_pass=lambda _: may_pass,
            tool_of=lambda name: "openai-api" if name == OPENAI else "other",
            clock=self.clock,
        )

    def client(self, *, mode: str = "regular") -> Client:
        client = tflow.tclient_conn()
        client.peername = ("10.1.1.1", 4711)
        client.sni = OPENAI
        client.proxy_mode = ProxyMode.parse(mode)
        return client

    def data(self, client: Client, error: str | None = None) -> Any:  # noqa: ANN401 - TlsData
        client.error = error
        server = SimpleNamespace(address=(OPENAI, 443))
        return SimpleNamespace(conn=client, context=SimpleNamespace(client=client, server=server))

    def fail(self, error: str) -> None:
        self.addon.tls_failed_client(self.data(self.client(), error))

    def succeed(self, *, seconds: float, request: bool) -> None:
        client = self.client()
        self.addon.tls_established_client(self.data(client))
        if request:
            self.addon.proven(client)
        self.clock.now += seconds
        self.addon.client_disconnected(client)

    def passes(self) -> bool:
        return self.addon.lets_through(self.client(), OPENAI)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize(
    "error", [ALERT, "ssl/tls alert bad certificate", "OpenSSL Error([('SSL routines', '', 'x')])"]
)
def test_an_alert_is_enough(bench: Bench, error: str) -> None:
    assert not bench.passes()
    bench.fail(error)
    assert bench.passes()
    assert bench.tally.value("refused_certificates", "openai-api") == 1
    assert bench.tally.value("remembered", "openai-api") == 1


@pytest.mark.parametrize("error", ["connection closed", "connection closed early"])
def test_a_connection_that_closes_is_one_the_second_time(bench: Bench, error: str) -> None:
    bench.fail(error)
    assert not bench.passes()
    bench.fail(error)
    assert bench.passes()
    assert bench.tally.value("refused_certificates", "openai-api") == 2


def test_quick_ends_without_a_request_are_one_the_third_time(bench: Bench) -> None:
    for _ in range(2):
        bench.succeed(seconds=0.1, request=False)
    assert not bench.passes()
    bench.succeed(seconds=0.1, request=False)
    assert bench.passes()


def test_connections_held_in_reserve_are_no_sign(bench: Bench) -> None:
    for _ in range(9):
        bench.succeed(seconds=5.0, request=False)
    assert not bench.passes()


def test_a_request_clears_what_was_suspected(bench: Bench) -> None:
    bench.fail("connection closed")
    bench.succeed(seconds=0.1, request=True)
    bench.fail("connection closed")
    assert not bench.passes()


def test_suspicions_are_forgotten(bench: Bench) -> None:
    bench.fail("connection closed")
    bench.clock.now += 601
    bench.fail("connection closed")
    assert not bench.passes()


def test_other_names_and_clients_are_not_let_through(bench: Bench) -> None:
    bench.fail(ALERT)
    stranger = bench.client()
    stranger.peername = ("10.1.1.2", 4711)
    assert not bench.addon.lets_through(stranger, OPENAI)
    assert not bench.addon.lets_through(bench.client(), "chatgpt.com")


def test_proxies_only_with_leave(tmp_path: Path) -> None:
    bench = Bench(tmp_path, may_pass=False)
    bench.fail(ALERT)
    assert not bench.passes()
    assert bench.tally.value("refused_certificates", "openai-api") == 1
    assert bench.tally.value("remembered", "openai-api") == 0


def test_leave_that_is_taken_back_holds_at_once(tmp_path: Path) -> None:
    Bench(tmp_path).fail(ALERT)
    refusing = Bench(tmp_path, may_pass=False)
    assert not refusing.passes()


def test_reverse_listeners_and_tls_towards_the_proxy_do_not_count(bench: Bench) -> None:
    reverse = bench.client(mode=f"reverse:https://{OPENAI}")
    bench.addon.tls_failed_client(bench.data(reverse, ALERT))
    towards_us = bench.data(bench.client(), ALERT)
    towards_us.context.server.address = None
    bench.addon.tls_failed_client(towards_us)
    assert not bench.passes()
    assert bench.tally.counters() == {}


def test_scores_are_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("addons.passthrough.LIMIT", 3)
    for n in range(10):
        data = bench.data(bench.client(), "connection closed")
        data.context.client.sni = None
        data.context.server.address = (f"host-{n}.example", 443)
        bench.addon.tls_failed_client(data)
    assert len(bench.addon._scores) == 3


# Real handshakes


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Edge]:
    with edge(tmp_path_factory.mktemp("pinned"), authority) as running:
        yield running


async def test_a_pinned_client_gets_through_the_second_time(
    pinned: Edge, authority: Authority
) -> None:
    real = client_context(authority.certificate)
    async with serving(authority.server_context(OPENAI)) as upstream:
        with pytest.raises(ssl.SSLCertVerificationError):
            async with visit(pinned.port, upstream.port, real, OPENAI):
                pass
        async with visit(pinned.port, upstream.port, real, OPENAI) as client:
            answer = await client.request("POST", "/v1/chat/completions", body=b"{}")
    assert answer.body == b'{"ok":true}'
    counters = await pinned.counted()
    assert counters["refused_certificates"] == {"openai-api": 1.0}
    assert counters["remembered"] == {"openai-api": 1.0}
    assert counters["passthrough"] == {"openai-api": 1.0}
    assert pinned.next(0) == []
    for data in pinned.files().values():
        assert OPENAI.encode() not in data
        assert b"127.0.0.1" not in data


async def test_another_worker_knows(pinned: Edge, authority: Authority) -> None:
    """Depends on the test above; the second worker shares its state folder."""
    real = client_context(authority.certificate)
    config = pinned.worker.state_dir.parent / "jauge.yaml"
    with worker(config, addons="addons.assemble:build", name="second") as second:
        async with (
            serving(authority.server_context(OPENAI)) as upstream,
            visit(second.port, upstream.port, real, OPENAI) as client,
        ):
            assert (await client.request("GET", "/")).complete
        await asyncio.to_thread(second.terminate)
