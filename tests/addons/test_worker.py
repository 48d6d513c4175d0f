"""The real worker program: what it loads, serves, survives, and how it stops."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mitmproxy.http import HTTPFlow

from addons.worker import EX_CONFIG
from tests.support import edge, tls
from tests.support.client import Http1, Http2, connected
from tests.support.upstream import Reply, Upstream, serving

EVENTS = [f'data: {{"n":{i}}}\n\n'.encode() for i in range(40)]
HEAVY = (
    *("proxy.impact", "proxy.classify", "proxy.ledger", "proxy.auditor", "proxy.report"),
    *("proxy.web", "proxy.metrics", "proxy.cli", "sqlalchemy", "codecarbon", "ecologits"),
    *("torch", "detoxify", "onnxruntime", "numpy", "pandas", "starlette", "prometheus_client"),
    *("flask", "ldap3", "tornado", "urwid", "mitmproxy.flowfilter", "mitmproxy.contentviews"),
)


class Modules:
    """Answers any request with the names of the modules that the worker has loaded."""

    def requestheaders(self, flow: HTTPFlow) -> None:
        from mitmproxy.http import Response

        flow.response = Response.make(200, "\n".join(sys.modules).encode())


def modules(config: object) -> list[object]:
    """The real addons and one that tells."""
    from addons.assemble import build

    return [*build(config), Modules()]  # type: ignore[arg-type]


@pytest.fixture
def authority(tmp_path: Path) -> tls.Authority:
    return tls.Authority.make(tmp_path)


@pytest.fixture
async def upstream(authority: tls.Authority) -> AsyncIterator[Upstream]:
    async with serving(authority.server_context("127.0.0.1", "localhost")) as service:
        service.replies["/stream"] = Reply(EVENTS, framing="chunked", pause_s=0.03)
        yield service


@pytest.fixture
def config(tmp_path: Path, authority: tls.Authority) -> Path:
    settings = {"edge.upstream_ca": str(authority.certificate), "edge.drain_s": 10}
    return edge.configure(tmp_path, settings)


def trusting(worker: edge.Worker, *alpn: str) -> ssl.SSLContext:
    return tls.client_context(worker.authority, alpn)


async def test_a_running_worker_has_loaded_nothing_heavy(config: Path) -> None:
    with edge.worker(config, addons="tests.addons.test_worker:modules") as worker:
        async with connected(worker.port) as client:
            answer = await client.request("GET", "http://modules.test/")
    loaded = set(answer.body.decode().split("\n"))
    assert "addons.capture" in loaded
    assert "uvloop" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_dumps_are_forbidden(config: Path) -> None:
    with edge.worker(config) as worker:
        limits = Path("/proc", str(worker.process.pid), "limits").read_text()
        core = next(line for line in limits.splitlines() if line.startswith("Max core file"))
        assert core.split()[4:6] == ["0", "0"]


@pytest.mark.parametrize("alpn", ["http/1.1", "h2"])
async def test_both_protocols_travel_on_both_sides(
    config: Path, upstream: Upstream, alpn: str
) -> None:
    with edge.worker(config) as worker:
        context = trusting(worker, alpn)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            assert isinstance(client, Http2 if alpn == "h2" else Http1)
            answer = await client.request("POST", "/v1/x?key=1", body=b"{}")
    assert answer.body == b'{"ok":true}'
    assert upstream.seen[0].protocol == ("HTTP/2" if alpn == "h2" else "HTTP/1.1")
    assert upstream.seen[0].target == "/v1/x?key=1"


async def test_a_service_that_nobody_vouches_for_is_refused(
    tmp_path: Path, upstream: Upstream
) -> None:
    with edge.worker(edge.configure(tmp_path)) as worker:
        context = trusting(worker)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            answer = await client.request("GET", "/")
    assert answer.status == 502
    assert upstream.seen == []


async def test_paced_events_are_not_held_back(config: Path, upstream: Upstream) -> None:
    with edge.worker(config) as worker:
        context = trusting(worker)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            answer = await client.request("GET", "/stream")
    assert answer.pieces == EVENTS


async def test_a_large_request_passes_while_it_is_sent(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    settings = {"edge.upstream_ca": str(authority.certificate), "edge.stream_request_bytes": 1000}
    body = os.urandom(300_000)
    with edge.worker(edge.configure(tmp_path, settings)) as worker:
        context = trusting(worker)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            answer = await client.request("POST", "/large", body=body)
    assert answer.status == 200
    assert upstream.seen[0].body == body


async def test_the_log_holds_nothing_that_a_client_sent(config: Path, upstream: Upstream) -> None:
    upstream.replies["/secret-path"] = Reply([b"secret-answer"], framing="chunked", abort_after=1)
    with edge.worker(config) as worker:
        context = trusting(worker)
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            await client.request("POST", "/secret-path?secret-query", body=b"secret-prompt")
        async with connected(worker.port) as client:
            await client.request("GET", "http://secret-host.invalid/secret-path")
        async with connected(worker.port) as client:
            client.writer.write(b"secret-nonsense\r\n\r\n")  # type: ignore[union-attr]
            await client.answer()  # type: ignore[union-attr]
        with pytest.raises(ssl.SSLError):
            async with connected(
                upstream.port, proxy=worker.port, tls=tls.client_context(config), name="localhost"
            ):
                pass
        assert worker.terminate() == 0
    text = worker.log.read_text()
    for word in ("secret", "localhost", "127.0.0.1", str(upstream.port)):
        assert word not in text


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"edge.workers": -1}, "edge.workers"),
        ({"edge.upstream_ca": "{folder}/jauge.yaml"}, "expected certificates in PEM"),
        ({"edge.htpasswd": "{folder}/jauge.yaml"}, "expected lines of name:hash"),
    ],
)
def test_a_configuration_that_cannot_be_served_is_told_and_ends_it(
    tmp_path: Path, settings: dict[str, object], words: str
) -> None:
    filled = {
        key: value.format(folder=tmp_path) if isinstance(value, str) else value
        for key, value in settings.items()
    }
    config = edge.configure(tmp_path, filled)
    with socket.create_server(("127.0.0.1", 0)) as given:
        command = [sys.executable, "-m", "addons.worker", "--config", str(config)]
        command += ["--sockets", f"[[0, {given.fileno()}]]", "--addons", "tests.support.edge:tee"]
        done = subprocess.run(
            command,
            pass_fds=[given.fileno()],
            capture_output=True,
            text=True,
            env=edge.environment(),
            check=False,
            timeout=60,
        )
    assert done.returncode == EX_CONFIG
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
