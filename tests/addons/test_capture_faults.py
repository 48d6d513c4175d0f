"""The hooks on their own, where mitmproxy or the network behaves badly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.connection import ConnectionState
from mitmproxy.flow import Error
from mitmproxy.http import Headers, HTTPFlow
from mitmproxy.test import tflow, tutils

from addons.assemble import build
from addons.capture import Capture
from addons.desk import FINISH_AFTER_S
from proxy.config import load
from proxy.exchange import Exchange, from_bytes
from proxy.spool.inbox import Inbox
from tests.support.answers import answered, asked
from tests.support.edge import configure


@dataclass
class Bench:
    """The addons of one worker, without mitmproxy around them."""

    folder: Path
    addons: list[object]
    ended: bool = field(default=False)

    @property
    def capture(self) -> Capture:
        return next(one for one in self.addons if isinstance(one, Capture))

    def flow(self, path: str = "/v1/chat/completions") -> HTTPFlow:
        flow = tflow.tflow()
        flow.request = tutils.treq(
            method=b"POST",
            host="api.openai.com",
            port=443,
            scheme=b"https",
            path=path.encode(),
            headers=Headers(host="api.openai.com", content_type="application/json"),
        )
        return flow

    def began(self) -> HTTPFlow:
        """A flow whose request has arrived."""
        flow = self.flow()
        self.capture.requestheaders(flow)
        assert callable(flow.request.stream)
        flow.request.stream(asked())
        self.capture.request(flow)
        return flow

    def end(self) -> None:
        if not self.ended:
            self.ended = True
            for one in self.addons:
                done = getattr(one, "done", None)
                if done is not None:
                    done()

    def records(self) -> list[Exchange]:
        """All records; ends the worker."""
        self.end()
        inbox = Inbox(self.folder / "var" / "outbox", {})
        found = [from_bytes(item.record) for item in inbox.read(100) if item.record]
        inbox.close()
        return found


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path, build(load(configure(tmp_path))))
    yield bench
    bench.end()


async def test_a_request_that_was_refused_before_us_is_left_alone(bench: Bench) -> None:
    flow = bench.flow()
    flow.response = tutils.tresp(status_code=407)
    bench.capture.requestheaders(flow)
    assert flow.request.stream is False  # a local answer to a streamed request hangs
    assert bench.records() == []


async def test_an_exchange_that_mitmproxy_loses_is_settled_when_its_client_goes(
    bench: Bench,
) -> None:
    flow = bench.began()
    bench.capture.client_disconnected(flow.client_conn)
    bench.capture.error(flow)  # late, and too late
    [record] = bench.records()
    assert (record.status, record.parse_status) == ("aborted", "partial")
    assert bench.capture.tally.value("unfinished", "openai-api") == 1
    assert (bench.capture._open, bench.capture._by_client) == ({}, {})


async def test_what_runs_when_the_worker_ends_is_handed_over(bench: Bench) -> None:
    flow = bench.began()
    flow.response = tutils.tresp(headers=Headers(content_type="application/json"))
    bench.capture.responseheaders(flow)
    assert callable(flow.response.stream)
    flow.response.stream(answered()[:100])
    [record] = bench.records()
    assert (record.status, record.response_bytes) == ("aborted", 100)
    assert flow.response.stream(b"rest") == b"rest"


@pytest.mark.parametrize(
    ("reached", "connected", "status"),
    [(False, True, "server_error"), (True, True, "aborted"), (False, False, "aborted")],
)
async def test_a_service_that_was_never_reached_has_failed(
    bench: Bench, status: str, *, reached: bool, connected: bool
) -> None:
    flow = bench.began()
    flow.server_conn.timestamp_tcp_setup = 1.0 if reached else None
    flow.client_conn.state = ConnectionState.OPEN if connected else ConnectionState.CLOSED
    flow.error = Error("no route to host")
    bench.capture.error(flow)
    [record] = bench.records()
    assert (record.status, record.http_status) == (status, None)


async def test_ending_twice_counts_once(bench: Bench) -> None:
    flow = bench.began()
    flow.response = tutils.tresp()
    bench.capture.responseheaders(flow)
    bench.capture.response(flow)
    bench.capture.response(flow)
    bench.capture.error(flow)
    bench.capture.client_disconnected(flow.client_conn)
    await asyncio.sleep(2 * FINISH_AFTER_S)
    assert len(bench.records()) == 1
    assert bench.capture.tally.value("unfinished", "openai-api") == 0


async def test_an_error_in_a_hook_leaves_the_traffic_streaming(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(bench.capture, "_tap", fail)
    flow = bench.flow()
    bench.capture.requestheaders(flow)
    assert flow.request.stream is True
    flow.response = tutils.tresp()
    bench.capture.responseheaders(flow)
    assert flow.response.stream is True
    bench.capture.response(flow)
    assert bench.capture.tally.counters()["hook_errors"] == {"requestheaders": 1}
    assert bench.records() == []


async def test_sockets_are_relayed_as_bytes_and_kept_nowhere(bench: Bench) -> None:
    flow = tflow.twebsocketflow()
    before = flow.websocket
    bench.capture.response(flow)
    assert (before is None, flow.websocket) == (False, None)
    relayed = tflow.ttcpflow()
    assert relayed.messages
    bench.capture.tcp_message(relayed)
    assert relayed.messages == []
    bench.capture.tcp_message(relayed)
    assert "hook_errors" not in bench.capture.tally.counters()


async def test_a_switch_of_protocols_is_not_streamed(bench: Bench) -> None:
    flow = bench.flow("/v1/realtime?model=gpt-realtime")
    flow.request.method = "GET"
    flow.request.headers["upgrade"] = "websocket"
    bench.capture.requestheaders(flow)
    flow.response = tutils.tresp(status_code=101)
    bench.capture.responseheaders(flow)
    assert flow.response.stream is False


async def test_words_that_cannot_be_sent_are_told_in_the_record(bench: Bench) -> None:
    sender: Any = bench.capture._handover._sender
    sender.close()
    flow = bench.began()
    flow.response = tutils.tresp(headers=Headers(content_type="application/json"))
    bench.capture.responseheaders(flow)
    assert callable(flow.response.stream)
    flow.response.stream(answered())
    bench.capture.response(flow)
    [record] = bench.records()
    assert (record.words, record.output_tokens) == ("dropped", 17)
    assert bench.capture.tally.value("words", "dropped") == 1


async def test_calls_that_generate_nothing_give_no_record(bench: Bench) -> None:
    flow = bench.began()
    tap: Any = bench.capture._open[flow.id]
    tap._opened()._reading.inference = False
    flow.response = tutils.tresp()
    bench.capture.responseheaders(flow)
    bench.capture.response(flow)
    assert bench.records() == []
    assert bench.capture.tally.value("not_inference", "openai-api") == 1


async def test_counting_only(tmp_path: Path) -> None:
    bench = Bench(tmp_path, build(load(configure(tmp_path, {"content.observe": "counts"}))))
    flow = bench.began()
    flow.response = tutils.tresp(headers=Headers(content_type="application/json"))
    bench.capture.responseheaders(flow)
    assert callable(flow.response.stream)
    flow.response.stream(answered())
    bench.capture.response(flow)
    [record] = bench.records()
    assert (record.words, record.output_tokens) == ("off", 17)
    assert record.answer_chars > 0
