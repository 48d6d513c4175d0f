"""A worker that was told to stop loses no request."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mitmproxy.test import tflow
from mitmproxy.tls import ClientHelloData

from addons.drain import IDLE_S, Drain
from tests.support import edge, tls
from tests.support.client import connected
from tests.support.listening import listens
from tests.support.upstream import Reply, Upstream, serving
from tests.support.waiting import PATIENCE_S, until

EVENTS = [f'data: {{"n":{i}}}\n\n'.encode() for i in range(40)]


@pytest.fixture
def authority(tmp_path: Path) -> tls.Authority:
    return tls.Authority.make(tmp_path)


@pytest.fixture
async def upstream(authority: tls.Authority) -> AsyncIterator[Upstream]:
    async with serving(authority.server_context("127.0.0.1")) as service:
        service.replies["/stream"] = Reply(EVENTS, framing="chunked", pause_s=0.03)
        yield service


@pytest.fixture
def config(tmp_path: Path, authority: tls.Authority) -> Path:
    settings = {"edge.upstream_ca": str(authority.certificate), "edge.drain_s": 10}
    return edge.configure(tmp_path, settings)


def trusting(worker: edge.Worker, *alpn: str) -> ssl.SSLContext:
    return tls.client_context(worker.authority, alpn)


async def asked(upstream: Upstream) -> None:
    """The service has the request that was sent last."""
    before = len(upstream.seen)
    await until(lambda: len(upstream.seen) > before, "it is asked")


async def told_to_stop(worker: edge.Worker) -> None:
    """Ask it to stop, and wait until it does."""
    worker.process.send_signal(signal.SIGTERM)
    await until(lambda: not listens(worker.process.pid, worker.port), "it accepts no more")


async def test_a_stream_in_flight_when_it_stops_arrives_whole(
    config: Path, upstream: Upstream
) -> None:
    for alpn in ("http/1.1", "h2"):
        with edge.worker(config) as worker:
            context = trusting(worker, alpn)
            async with connected(upstream.port, proxy=worker.port, tls=context) as client:
                asking = asyncio.create_task(client.request("GET", "/stream"))
                await asked(upstream)
                worker.process.send_signal(signal.SIGTERM)
                answer = await asyncio.wait_for(asking, PATIENCE_S)
            assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
        assert answer.complete
        assert answer.body == b"".join(EVENTS)


async def test_a_stopping_worker_accepts_no_more(config: Path, upstream: Upstream) -> None:
    with edge.worker(config) as worker:
        context = trusting(worker)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            asking = asyncio.create_task(client.request("GET", "/stream"))
            await asked(upstream)
            await told_to_stop(worker)
            late = asyncio.create_task(_connect_and_close(worker.port))
            assert (await asking).complete
        assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
        assert not late.done()  # it waits in the queue of the socket, for another worker
        late.cancel()


async def _connect_and_close(port: int) -> None:
    async with connected(port) as client:
        await client.request("GET", "http://late.test/")


async def test_the_next_answer_tells_an_http1_client_to_connect_anew(
    config: Path, upstream: Upstream
) -> None:
    upstream.replies["/wait"] = Reply([b"{}"], delay_s=0.5)
    with edge.worker(config) as worker:
        context = trusting(worker)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            first = await client.request("GET", "/")
            asking = asyncio.create_task(client.request("GET", "/wait"))
            await asked(upstream)
            worker.process.send_signal(signal.SIGTERM)
            last = await asking
            assert await client.reader.read() == b""  # type: ignore[union-attr]
        assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
    assert first.header("connection") is None
    assert last.header("connection") == "close"
    assert last.body == b"{}"


async def test_idle_connections_are_closed_and_http2_is_told_what_was_served(
    config: Path, upstream: Upstream
) -> None:
    with edge.worker(config) as worker:
        async with (
            connected(upstream.port, proxy=worker.port, tls=trusting(worker)) as one,
            connected(upstream.port, proxy=worker.port, tls=trusting(worker, "h2")) as two,
        ):
            assert (await one.request("GET", "/")).complete
            assert (await two.request("GET", "/")).complete
            assert (await two.request("GET", "/")).complete
            worker.process.send_signal(signal.SIGTERM)
            assert await one.reader.read() == b""  # type: ignore[union-attr]
            assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
            await until(lambda: two.went_away is not None, "it is told")
            assert two.went_away == 3


async def test_what_does_not_end_is_cut_after_the_time_it_was_given(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    upstream.replies["/endless"] = Reply(EVENTS * 1000, framing="chunked", pause_s=0.05)
    settings = {"edge.upstream_ca": str(authority.certificate), "edge.drain_s": 2}
    record = tmp_path / "flows.jsonl"
    with edge.worker(
        edge.configure(tmp_path, settings),
        addons="tests.support.edge:recorder",
        environ={edge.RECORD: str(record)},
    ) as worker:
        async with connected(upstream.port, proxy=worker.port, tls=trusting(worker)) as client:
            asking = asyncio.create_task(client.request("GET", "/endless"))
            await asked(upstream)
            worker.process.send_signal(signal.SIGTERM)
            assert not (await asyncio.wait_for(asking, PATIENCE_S)).complete
        assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
    assert (
        '"hooks": ["requestheaders", "request", "responseheaders", "error"]' in record.read_text()
    )
    assert "1 connections still open" in worker.log.read_text()


async def test_a_second_signal_ends_it_at_once(config: Path, upstream: Upstream) -> None:
    upstream.replies["/endless"] = Reply(EVENTS * 1000, framing="chunked", pause_s=0.05)
    with edge.worker(config) as worker:
        async with connected(upstream.port, proxy=worker.port, tls=trusting(worker)) as client:
            asking = asyncio.create_task(client.request("GET", "/endless"))
            await asked(upstream)
            await told_to_stop(worker)
            worker.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
            assert not (await asking).complete


async def test_http2_without_a_pause_is_told_to_go_elsewhere_between_two_answers(
    config: Path, upstream: Upstream
) -> None:
    with edge.worker(config) as worker:
        async with connected(
            upstream.port, proxy=worker.port, tls=trusting(worker, "h2")
        ) as client:
            assert (await client.request("GET", "/")).complete
            worker.process.send_signal(signal.SIGTERM)
            answered = 0
            while client.went_away is None:
                answer = await client.request("GET", "/")
                if client.went_away is None:
                    assert answer.complete
                    answered += 1
            assert answer.complete or answer.refused
        assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0
        assert "still open" not in worker.log.read_text()


async def test_http2_that_is_never_free_of_streams_is_told_at_half_time(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    upstream.replies["/endless"] = Reply(EVENTS * 1000, framing="chunked", pause_s=0.05)
    settings = {"edge.upstream_ca": str(authority.certificate), "edge.drain_s": 2}
    with edge.worker(edge.configure(tmp_path, settings)) as worker:
        context = trusting(worker, "h2")
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            asking = asyncio.create_task(client.request("GET", "/endless"))
            await asked(upstream)
            worker.process.send_signal(signal.SIGTERM)
            await until(lambda: client.went_away is not None, "it is told")
            assert client.went_away == 2**31 - 1
            asking.cancel()


async def test_a_tunnel_that_is_not_decrypted_lives_until_its_ends_end_it(
    config: Path, upstream: Upstream, authority: tls.Authority
) -> None:
    with edge.worker(config, addons="tests.addons.test_drain:ignoring") as worker:
        context = tls.client_context(authority.certificate)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            assert (await client.request("GET", "/")).complete
            await told_to_stop(worker)
            await asyncio.sleep(1.5 * IDLE_S)  # longer than an idle HTTP/1 connection may stay
            assert (await client.request("GET", "/")).complete
        assert await asyncio.to_thread(worker.process.wait, PATIENCE_S) == 0


async def test_a_websocket_lives_until_its_end() -> None:
    drain, flow = Drain(), tflow.twebsocketflow()
    drain.requestheaders(flow)
    drain.response(flow)
    drain.error(flow)
    assert drain._live[flow.client_conn.id] == {flow.id}
    drain.websocket_end(flow)
    assert not drain._live[flow.client_conn.id]
    drain.client_disconnected(flow.client_conn)
    assert flow.client_conn.id not in drain._live


async def test_a_tunnel_is_alive_from_its_request_on_unless_it_is_refused() -> None:
    drain, flow = Drain(), tflow.tflow()
    drain.http_connect(flow)
    assert flow.client_conn.id in drain._tunnels
    drain.http_connect_error(flow)
    assert flow.client_conn.id not in drain._tunnels


class Ignoring(edge.Tee):
    """Decrypts nothing."""

    def tls_clienthello(self, data: ClientHelloData) -> None:
        data.ignore_connection = True


def ignoring(config: object) -> list[object]:
    """Addons for `--addons`."""
    del config
    return [Ignoring()]
