"""All processes together: start, crash, reload, stop. Not a request is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import yaml

from proxy.supervisor.state import read_status
from tests.support import edge, tls
from tests.support.client import Http1, Http2, connected
from tests.support.listening import listens
from tests.support.supervised import Supervised, supervised
from tests.support.upstream import Reply, Upstream, serving
from tests.support.waiting import PATIENCE_S, until, wait_until

PICKY = (sys.executable, "-m", "addons.worker", "--addons", "tests.support.edge:picky")
EVENTS = [f'data: {{"n":{i}}}\n\n'.encode() for i in range(60)]


@pytest.fixture
def authority(tmp_path: Path) -> tls.Authority:
    return tls.Authority.make(tmp_path)


@pytest.fixture
async def upstream(authority: tls.Authority) -> AsyncIterator[Upstream]:
    async with serving(authority.server_context("127.0.0.1")) as service:
        service.replies["/stream"] = Reply(EVENTS, framing="chunked", pause_s=0.05)
        yield service


@pytest.fixture
def config(tmp_path: Path, authority: tls.Authority) -> Path:
    settings = {
        "edge.upstream_ca": str(authority.certificate),
        "edge.workers": 1,
        "edge.drain_s": 10,
        "auditor.listen": "127.0.0.1:0",
    }
    return edge.configure(tmp_path, settings)


def change(config: Path, key: str, value: object) -> None:
    document = yaml.safe_load(config.read_text())
    document["edge"][key] = value
    config.write_text(yaml.safe_dump(document))


async def ask(running: Supervised, upstream: Upstream, path: str = "/") -> bytes:
    """The body of an answer over a new connection."""
    context = tls.client_context(running.authority)
    async with connected(upstream.port, proxy=running.port, tls=context) as client:
        answer = await client.request("GET", path)
        assert answer.complete
        return answer.body


async def test_a_start_tells_what_to_do_and_leaves_nothing_open(
    config: Path, upstream: Upstream
) -> None:
    with supervised(config) as running:
        assert await ask(running, upstream) == b'{"ok":true}'
        status = running.status
        assert status.pid == running.process.pid
        assert [child.name for child in status.children] == ["worker-1"]
        assert all(child.ready and not child.restarts for child in status.children)
        pid_file = running.state_dir / "run" / "supervisor.pid"
        assert int(pid_file.read_text()) == running.process.pid
        for folder in (running.state_dir, running.state_dir / "run", running.state_dir / "ca"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        text, port = running.text, running.port
        assert running.terminate() == 0
        assert read_status(running.state_dir) is None
        assert not pid_file.exists()
    assert "made a new authority" in text
    assert f"curl --proxy http://127.0.0.1:{port} --cacert '{running.authority}'" in text
    assert "SHA-256" in text
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


async def test_a_killed_worker_is_replaced_while_the_other_serves(
    config: Path, upstream: Upstream
) -> None:
    change(config, "workers", 2)
    with supervised(config) as running:
        wait_until(lambda: len(running.pids()) == 2, "both serve")
        before = running.pids()
        for name, pid in before.items():
            os.kill(pid, signal.SIGKILL)
            running.wait_for(f"{name} ended (killed by SIGKILL), is started again")
            for _ in range(5):
                assert await ask(running, upstream) == b'{"ok":true}'
            wait_until(lambda: len(running.pids()) == 2, "both serve")
        after = running.pids()
        assert set(after) == set(before)
        assert not set(after.values()) & set(before.values())
        assert [child.restarts for child in running.status.children] == [1, 1]


async def test_a_rolling_restart_loses_no_request(config: Path, upstream: Upstream) -> None:
    change(config, "workers", 2)
    with supervised(config) as running:
        wait_until(lambda: len(running.pids()) == 2, "both serve")
        first = running.pids()
        streaming = [asyncio.create_task(ask(running, upstream, "/stream")) for _ in range(4)]
        clients = [Load(alpn) for alpn in ("http/1.1", "http/1.1", "h2", "h2")]
        load = [asyncio.create_task(one.run(running, upstream)) for one in clients]

        def many_more() -> Callable[[], bool]:
            before = [one.requests for one in clients]
            return lambda: all(
                one.requests > at + 20 or task.done()
                for one, at, task in zip(clients, before, load, strict=True)
            )

        await asyncio.to_thread(wait_until, many_more(), "all ask")
        await asyncio.to_thread(running.hangup)
        await asyncio.to_thread(wait_until, many_more(), "all go on asking")
        for task in load:
            task.cancel()
        for task in load:
            await task
        assert [await task for task in streaming] == [b"".join(EVENTS)] * 4
        assert sum(one.connections for one in clients) > len(clients)
        assert not set(running.pids().values()) & set(first.values())
        assert running.terminate() == 0


@dataclass
class Load:
    """A client that sends one request after the other until it is cancelled.

    Each must be answered; only one that an HTTP/2 worker says it never looked at is sent
    again.
    """

    alpn: str
    requests: int = 0
    connections: int = 0

    async def run(self, running: Supervised, upstream: Upstream) -> None:
        context = tls.client_context(running.authority, [self.alpn])
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                async with connected(upstream.port, proxy=running.port, tls=context) as client:
                    self.connections += 1
                    await self._ask(client)

    async def _ask(self, client: Http1 | Http2) -> None:
        """Until this connection takes no more."""
        while True:
            answer = await client.request("POST", "/load", body=b"{}")
            if answer.refused:
                return
            assert answer.complete
            assert answer.status == 200
            self.requests += 1
            await asyncio.sleep(0.002)
            if answer.header("connection") == "close" or client.went_away is not None:
                return


async def test_a_wrong_configuration_changes_nothing(config: Path, upstream: Upstream) -> None:
    with supervised(config) as running:
        before, right = running.pids(), config.read_text()  # noqa: ASYNC240 - a test may block
        change(config, "workers", "many")
        running.hangup("not reloaded, the old configuration stays")
        assert "edge.workers" in running.text
        assert running.pids() == before
        # A worker that dies now is started with the configuration that the other runs.
        os.kill(before["worker-1"], signal.SIGKILL)
        wait_until(
            lambda: running.pids().get("worker-1", before["worker-1"]) != before["worker-1"],
            "a new worker",
        )
        assert await ask(running, upstream) == b'{"ok":true}'
        config.write_text(right)  # noqa: ASYNC240
        running.hangup("reloaded")
        assert not set(running.pids().values()) & set(before.values())


async def test_a_configuration_that_no_worker_can_serve_changes_nothing(
    config: Path, upstream: Upstream
) -> None:
    with supervised(config, workers=PICKY) as running:
        before = running.pids()
        change(config, "name", "unservable")
        running.hangup("not reloaded, the old configuration stays: a worker did not start")
        assert "these addons do not serve that edge" in running.text
        assert running.pids() == before
        assert await ask(running, upstream) == b'{"ok":true}'


async def test_listeners_and_workers_come_and_go_with_a_reload(
    config: Path, upstream: Upstream
) -> None:
    with supervised(config) as running:
        old = running.port
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        change(config, "listen", f"127.0.0.1:{port}")
        change(config, "workers", 2)
        running.hangup("reloaded")
        assert sorted(running.pids()) == ["worker-1", "worker-2"]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", old), 1)
        context = tls.client_context(running.authority)
        async with connected(upstream.port, proxy=port, tls=context) as client:
            assert (await client.request("GET", "/")).status == 200
        change(config, "workers", 1)
        running.hangup("reloaded")
        assert sorted(running.pids()) == ["worker-1"]


async def test_an_address_that_is_taken_is_told(config: Path, upstream: Upstream) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        change(config, "listen", f"127.0.0.1:{port}")
        with supervised(config, started="SupervisorError") as running:
            assert f"127.0.0.1:{port}: another program listens there" in running.text
            assert running.process.wait(10) == 3
        change(config, "listen", "127.0.0.1:0")
        with supervised(config) as running:
            change(config, "listen", f"127.0.0.1:{port}")
            running.hangup("another program listens there")
            assert await ask(running, upstream) == b'{"ok":true}'


def test_a_second_supervisor_on_the_same_state_is_refused(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    second = edge.configure(other, {"state_dir": str(tmp_path / "var")})
    with supervised(config), supervised(second, started="SupervisorError") as late:
        assert "another Jauge runs on" in late.text


def test_a_damaged_authority_ends_the_start(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "ca"
    folder.mkdir(mode=0o700, parents=True)
    for name in ("mitmproxy-ca.pem", "mitmproxy-ca-cert.pem"):
        (folder / name).write_text("nothing")
    with supervised(config, started="SupervisorError") as running:
        assert "is damaged" in running.text
        assert str(folder) in running.text


def test_workers_that_cannot_serve_end_the_start(config: Path) -> None:
    change(config, "name", "unservable")
    with supervised(config, workers=PICKY, started="SupervisorError") as running:
        assert "these addons do not serve that edge" in running.text
        assert "worker-1 does not start" in running.text
        assert "is started again" not in running.text
        assert running.process.wait(10) == 3


async def test_the_auditor_is_kept_and_gets_the_new_configuration(config: Path) -> None:
    with supervised(config, auditor=True) as running:
        first = running.pids()["auditor"]
        assert f"auditor audit --config {config} with 1 workers" in running.text
        change(config, "workers", 2)  # of no effect before the reload
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: running.pids().get("auditor", first) != first, "another auditor")
        second = running.pids()["auditor"]
        running.hangup()
        assert running.pids()["auditor"] not in (first, second)
        assert running.text.count("auditor stops") == 1
        assert running.text.count("with 1 workers") == 2
        assert running.text.count("with 2 workers") == 1
        assert running.terminate() == 0
        assert running.text.count("auditor stops") == 2


async def test_the_edge_alone_and_the_auditor_alone(config: Path) -> None:
    with supervised(config, edge=False, auditor=True, started="metrics") as running:
        assert list(running.pids()) == ["auditor"]
        assert not (running.state_dir / "ca").exists()
        assert running.terminate() == 0


async def test_workers_do_not_outlive_a_killed_supervisor(config: Path) -> None:
    with supervised(config) as running:
        pids = running.pids()
        running.process.kill()
        for pid in pids.values():
            wait_until(partial(_gone, pid), "it ends")
    with supervised(config) as again:
        assert len(again.pids()) == 1


def _gone(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    return True


async def test_a_second_signal_stops_at_once(config: Path, upstream: Upstream) -> None:
    upstream.replies["/endless"] = Reply(EVENTS * 1000, framing="chunked", pause_s=0.05)
    with supervised(config) as running:
        context = tls.client_context(running.authority)
        async with connected(upstream.port, proxy=running.port, tls=context) as client:
            before, port, worker = len(upstream.seen), running.port, running.pids()["worker-1"]
            asking = asyncio.create_task(client.request("GET", "/endless"))
            await asyncio.to_thread(wait_until, lambda: len(upstream.seen) > before, "it is asked")
            assert listens(worker, port)
            running.process.send_signal(signal.SIGINT)
            await until(lambda: not listens(worker, port), "the worker stops")
            assert running.process.poll() is None
            running.process.send_signal(signal.SIGINT)
            assert await asyncio.to_thread(running.process.wait, PATIENCE_S) == 0
            assert not (await asking).complete
