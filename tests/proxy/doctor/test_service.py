from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest

from proxy.config import Address, Config, load
from proxy.doctor import Finding, service
from proxy.ledger import Entry
from proxy.ledger.schema import HEAD
from proxy.supervisor.slot import SlotState
from proxy.supervisor.state import Status
from tests.proxy.ledger.test_migrate import first_ledger
from tests.support.ledger import open_ledger, plain


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[int]:
    """A server on loopback that always says this; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def config_of(folder: Path, *, edge: int = 0, auditor: int = 0) -> Config:
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: {folder}\n")
    listens = [f"edge.listen=127.0.0.1:{edge}", f"auditor.listen=127.0.0.1:{auditor}"]
    return load(file, listens, {})


def say(config: Config, *, pid: int | None = None, children: tuple[SlotState, ...] = ()) -> None:
    """Leave the status file of a supervisor."""
    status = Status(
        pid=os.getpid() if pid is None else pid,
        started_at=1.0,
        configured_at=1.0,
        listeners=[one.listen for one in config.listeners],
        children=children,
    )
    folder = config.state_dir / "run"
    folder.mkdir(exist_ok=True)
    (folder / "status.json").write_bytes(msgspec.json.encode(status))


def child(name: str, *, ready: bool = True, restarts: int = 0) -> SlotState:
    return SlotState(name=name, pid=1, ready=ready, restarts=restarts)


def dead_pid() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def states(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.state, one.text) for one in findings]


def test_nobody_runs(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    text = "Jauge does not run on this state folder"
    assert states(service.processes(config)) == [("warn", text)]
    say(config, pid=dead_pid())
    assert states(service.processes(config)) == [("warn", text)]


def test_what_runs(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    say(config, children=(child("worker-1"), child("auditor")))
    assert states(service.processes(config)) == [
        ("ok", f"supervisor {os.getpid()} keeps worker-1, auditor")
    ]
    say(config, children=(child("worker-1", restarts=2), child("auditor", restarts=1)))
    assert states(service.processes(config)) == [("warn", "3 were started again after a death")]
    say(config, children=(child("worker-1"), child("auditor", ready=False)))
    assert states(service.processes(config)) == [("fail", "not serving: auditor")]


def test_ports_that_are_free(tmp_path: Path) -> None:
    edge, auditor = free_port(), free_port()
    config = config_of(tmp_path, edge=edge, auditor=auditor)
    assert states(service.ports(config)) == [
        ("ok", f"127.0.0.1:{edge} is free"),
        ("ok", f"127.0.0.1:{auditor} is free"),
    ]


def test_ports_that_are_served(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port, other = server.getsockname()[1], free_port()
        config = config_of(tmp_path, edge=port, auditor=other)
        assert states(service.ports(config))[0] == (
            "warn",
            f"127.0.0.1:{port} is served by a program that this state folder does not know",
        )
        say(config, children=(child("auditor"),))
        assert states(service.ports(config)) == [
            ("ok", f"127.0.0.1:{port} is served"),
            ("fail", f"127.0.0.1:{other} should be served and does not answer"),
        ]


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    found = service._port(Address("192.0.2.1", free_port()), is_ours=False)
    assert (found.state, found.text.rpartition(": ")[2]) == ("fail", "EADDRNOTAVAIL")
    assert list(service.ports(config)) == []


def health(status: str, **components: tuple[str, list[str]]) -> bytes:
    told = {name: {"status": how, "reasons": why} for name, (how, why) in components.items()}
    return json.dumps({"status": status, "components": told}).encode()


def test_an_auditor_that_is_well(tmp_path: Path) -> None:
    with answering(health("ok", ledger=("ok", []))) as port:
        config = config_of(tmp_path, auditor=port)
        assert states(service.auditor(config)) == [
            ("ok", f"http://127.0.0.1:{port}/healthz answers 200: ok")
        ]


def test_an_auditor_that_gives_its_reasons(tmp_path: Path) -> None:
    body = health(
        "fail",
        ledger=("fail", ["the ledger cannot be written (full)"]),
        words=("degraded", ["words are not received any more"]),
        disk=("ok", []),
    )
    with answering(body, 503) as port:
        found = list(service.auditor(config_of(tmp_path, auditor=port)))
    assert states(found) == [
        ("fail", "ledger: the ledger cannot be written (full)"),
        ("warn", "words: words are not received any more"),
    ]
    assert all(one.remedy for one in found)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"ok": true}'])
def test_a_stranger_at_the_auditors_address(tmp_path: Path, body: bytes) -> None:
    with answering(body) as port:
        config = config_of(tmp_path, auditor=port)
        say(config)
        assert states(service.auditor(config)) == [("fail", f"127.0.0.1:{port} does not answer")]


def test_an_auditor_that_is_not_there(tmp_path: Path) -> None:
    port = free_port()
    config = config_of(tmp_path, auditor=port)
    assert list(service.auditor(config)) == []
    say(config)
    assert states(service.auditor(config)) == [("fail", f"127.0.0.1:{port} does not answer")]
    assert states(service.auditor(config_of(tmp_path))) == [
        ("warn", "its port is chosen at each start")
    ]


DAY = 86_400.0


@pytest.mark.parametrize(
    ("age_s", "running", "state", "text"),
    [
        (30.0, True, "ok", "30 seconds ago"),
        (3 * DAY, True, "ok", "3 days ago"),
        (5 * DAY, True, "warn", "5 days ago, while Jauge runs"),
        (5 * DAY, False, "ok", "5 days ago"),
        (-3 * 3600.0, True, "fail", "the newest is 3 hours in the future"),
        (600.0, False, "ok", "10 minutes ago"),
    ],
)
def test_the_last_exchange(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    age_s: float,
    *,
    running: bool,
    state: str,
    text: str,
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    with open_ledger(tmp_path, now=now - age_s) as ledger:
        ledger.write([Entry(exchange=plain(now - age_s))])
    config = config_of(tmp_path)
    if running:
        say(config)
    assert states(service.last_exchange(config)) == [(state, text)]


def test_no_ledger_an_empty_one_and_a_broken_one(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    nothing = [("ok", "nothing has been recorded yet")]
    assert states(service.last_exchange(config)) == nothing
    assert not (tmp_path / "ledger.sqlite").exists()
    open_ledger(tmp_path).close()
    assert states(service.last_exchange(config)) == nothing
    (tmp_path / "ledger.sqlite").write_bytes(b"x" * 8192)
    ((state, text),) = states(service.last_exchange(config))
    assert state == "fail"
    assert text.startswith("the ledger cannot be read")


def test_a_ledger_of_an_earlier_version_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    first_ledger(tmp_path)
    before = file.read_bytes()
    (ledger, (state, _)) = states(service.last_exchange(config_of(tmp_path)))
    assert ledger == (
        "warn",
        f"at schema 0001; the next program that opens it brings it to {HEAD}",
    )
    assert state == "ok"
    assert file.read_bytes() == before
