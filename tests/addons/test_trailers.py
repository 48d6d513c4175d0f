"""Trailers of HTTP/1 travel on, in the launcher and in a stock mitmdump."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from mitmproxy.proxy.layers.http import _http1

from addons import levers, trailers
from tests.support import edge, tls
from tests.support.client import connected
from tests.support.upstream import Reply, Upstream, serving
from tests.support.waiting import wait_until

SUM = [("X-Sum", "one"), ("x-Sum-2", "zwei")]
STOCK = """
import os
from addons.trailers import mend
from tests.support.edge import Recorder
from pathlib import Path
mend()
addons = [Recorder(Path(os.environ["JAUGE_TEST_RECORD"]))]
"""


@pytest.fixture
def authority(tmp_path: Path) -> tls.Authority:
    return tls.Authority.make(tmp_path)


@pytest.fixture
async def upstream(authority: tls.Authority) -> AsyncIterator[Upstream]:
    async with serving(authority.server_context("127.0.0.1")) as service:
        service.replies["/t"] = Reply([b"abc", b"def"], framing="chunked", trailers=SUM)
        yield service


@contextlib.contextmanager
def stock(folder: Path, authority: tls.Authority) -> Iterator[tuple[int, Path]]:
    """A stock mitmdump with nothing of ours but the mending; its port and its authority."""
    script = folder / "stock.py"
    script.write_text(STOCK)
    log = folder / "mitmdump.log"
    command = [str(Path(sys.executable).with_name("mitmdump")), "-s", str(script), "-p", "0"]
    command += ["--listen-host", "127.0.0.1", "--set", f"confdir={folder / 'conf'}"]
    command += ["--set", f"ssl_verify_upstream_trusted_ca={authority.certificate}"]
    environ = edge.environment() | {edge.RECORD: str(folder / "flows.jsonl")}
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environ)
    try:
        wait_until(lambda: b"listening at" in log.read_bytes(), "mitmdump listens")
        port = int(
            log.read_text().partition("listening at ")[2].split()[0].rstrip(".").split(":")[1]
        )
        yield port, folder / "conf" / "mitmproxy-ca-cert.pem"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("pulled", [True, False])
async def test_they_reach_the_other_side_over_both_protocols(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream, *, pulled: bool
) -> None:
    settings = {"edge.upstream_ca": str(authority.certificate), "edge.levers": pulled}
    with edge.worker(edge.configure(tmp_path, settings)) as worker:
        await _exchange(upstream, worker.port, worker.authority)


async def test_they_do_so_in_a_stock_mitmdump(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    with stock(tmp_path, authority) as (port, certificate):
        await _exchange(upstream, port, certificate)
    assert (
        '"answer_trailers": [["X-Sum", "one"], ["x-Sum-2", "zwei"]]'
        in (tmp_path / "flows.jsonl").read_text()
    )


async def _exchange(upstream: Upstream, port: int, certificate: Path) -> None:
    for alpn in ("http/1.1", "h2"):
        context = tls.client_context(certificate, [alpn])
        async with asyncio.timeout(20), connected(upstream.port, proxy=port, tls=context) as client:
            answer = await client.request("GET", "/t")
            assert answer.body == b"abcdef"
            assert answer.complete
            after = await client.request("POST", "/u", body=b"{}", trailers=SUM)
            assert after.status == 200
        lower = [(name.lower().encode(), value.encode()) for name, value in SUM]
        exact = [(name.encode(), value.encode()) for name, value in SUM]
        assert answer.trailers == (exact if alpn == "http/1.1" else lower)
        assert upstream.seen[-1].trailers == (exact if alpn == "http/1.1" else lower)
        assert upstream.seen[-1].body == b"{}"


@pytest.mark.parametrize(("ours", "theirs"), [("h2", "http/1.1"), ("http/1.1", "h2")])
async def test_they_cross_from_one_protocol_to_the_other_or_are_dropped(
    tmp_path: Path, authority: tls.Authority, ours: str, theirs: str
) -> None:
    """A reverse listener over plain HTTP/1, and a service that speaks HTTP/1 only."""
    context = authority.server_context("127.0.0.1", alpn=[theirs])
    settings = {"edge.upstream_ca": str(authority.certificate)}
    async with serving(context) as upstream:
        upstream.replies["/t"] = Reply([b"abc"], framing="chunked", trailers=SUM)
        with edge.worker(
            edge.configure(tmp_path, settings), addons="tests.addons.test_trailers:crossing"
        ) as worker:
            client_side = tls.client_context(worker.authority, [ours])
            async with (
                asyncio.timeout(20),
                connected(upstream.port, proxy=worker.port, tls=client_side) as client,
            ):
                answer = await client.request("GET", "/t")
    assert answer.body == b"abc"
    lower = [(name.lower().encode(), value.encode()) for name, value in SUM]
    assert answer.trailers == (lower if ours == "h2" else [])
    assert upstream.seen[0].protocol == ("HTTP/2" if theirs == "h2" else "HTTP/1.1")


class Crossing(edge.Tee):
    """Lets the two sides speak different protocols."""

    def tls_start_server(self, data: object) -> None:
        data.conn.alpn_offers = (b"h2", b"http/1.1")  # type: ignore[attr-defined]

    def tls_clienthello(self, data: object) -> None:
        data.establish_server_tls_first = False  # type: ignore[attr-defined]


def crossing(config: object) -> list[object]:
    """Addons for `--addons`."""
    del config
    return [Crossing()]


async def test_fields_that_frame_a_message_are_not_taken_from_trailers(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    bad = [("Host", "other.test"), ("X-Good", "1"), ("Content-Encoding", "gzip")]
    upstream.replies["/bad"] = Reply([b"abc"], framing="chunked", trailers=bad)
    settings = {"edge.upstream_ca": str(authority.certificate)}
    with edge.worker(edge.configure(tmp_path, settings)) as worker:
        context = tls.client_context(worker.authority)
        async with asyncio.timeout(20):
            async with connected(upstream.port, proxy=worker.port, tls=context) as client:
                answer = await client.request("GET", "/bad")
    assert answer.trailers == [(b"X-Good", b"1")]


async def test_trailers_that_are_none_end_the_exchange_and_nothing_hangs(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    upstream.replies["/broken"] = Reply([b"abc"], framing="chunked", trailers=[("no name", "x")])
    settings = {"edge.upstream_ca": str(authority.certificate)}
    with edge.worker(edge.configure(tmp_path, settings)) as worker:
        context = tls.client_context(worker.authority)
        async with asyncio.timeout(20):
            async with connected(upstream.port, proxy=worker.port, tls=context) as client:
                answer = await client.request("GET", "/broken")
    assert not answer.complete
    assert b"abc".startswith(answer.body)


def test_a_version_that_was_not_tried_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = _http1.make_body_reader
    with caplog.at_level(logging.WARNING, "jauge.edge"):
        assert trailers.mend(running="99.0") == []
    assert _http1.make_body_reader is before
    assert "99.0" in caplog.text


def test_what_was_mended_can_be_undone() -> None:
    before = _http1.make_body_reader
    undo = trailers.mend()
    assert _http1.make_body_reader is not before
    levers.put(undo)
    assert _http1.make_body_reader is before
    assert "JAUGE_TEST_RECORD" not in os.environ
