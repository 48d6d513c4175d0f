"""`jauge run` as an operator starts it: real supervisor, worker and auditor."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxy import cli
from proxy.authority import read_authority
from tests.support.waiting import wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def jauge(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "proxy", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    output: Path
    state_dir: Path
    edge: int
    auditor: int
    options: list[str]

    @property
    def text(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.auditor}{path}") as answer:
            body: bytes = answer.read()
            return body

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.text
        with contextlib.suppress(OSError):
            return self.get("/readyz") == b"ready\n" and "curl " in self.text
        return False


@contextlib.contextmanager
def started(folder: Path, command: str = "run") -> Iterator[Running]:
    """A running `jauge`, in a process group of its own as under a terminal."""
    file, output = folder / "jauge.yaml", folder / "output"
    edge, auditor = free_port(), free_port()
    file.write_text(
        f"state_dir: {folder / 'state'}\n"
        f"edge: {{listen: '127.0.0.1:{edge}', workers: 1}}\n"
        f"auditor: {{listen: '127.0.0.1:{auditor}'}}\n"
    )
    options = ["--config", str(file)]
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "proxy", command, *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(process, output, folder / "state", edge, auditor, options)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started(tmp_path_factory.mktemp("run")) as found:
        wait_until(found.is_ready, "jauge run is ready")
        yield found


def test_it_tells_where_it_listens_and_what_to_trust(running: Running) -> None:
    authority = read_authority(running.state_dir)
    assert authority is not None
    text = running.text
    assert f"http://127.0.0.1:{running.edge}" in text
    assert f"http://127.0.0.1:{running.auditor}/metrics" in text
    assert str(authority.certificate) in text
    assert authority.fingerprint in text
    (curl,) = [line.split() for line in text.splitlines() if line.strip().startswith("curl ")]
    assert curl[1:3] == ["--proxy", f"http://127.0.0.1:{running.edge}"]
    assert "docs/operate/trust-the-ca.md" in text


def test_the_authority_is_private(running: Running) -> None:
    folder = running.state_dir / "ca"
    assert stat.S_IMODE(running.state_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "mitmproxy-ca.pem").stat().st_mode) == 0o600


def test_metrics_and_health_are_served(running: Running) -> None:
    assert b"jauge_build_info" in running.get("/metrics")
    assert json.loads(running.get("/healthz"))["status"] in ("ok", "degraded")


def test_the_doctor_finds_it_at_work(running: Running) -> None:
    done = jauge("doctor", "--json", *running.options)
    found = {one["check"]: one for one in json.loads(done.stdout)["findings"]}
    assert found["processes"]["state"] == "ok", found["processes"]
    assert found["processes"]["text"].endswith("keeps worker-1, auditor")
    assert found["authority"]["state"] == "ok"
    assert found["auditor"]["state"] in ("ok", "warn")
    served = [f"127.0.0.1:{port} is served" for port in (running.edge, running.auditor)]
    ports = [one for one in json.loads(done.stdout)["findings"] if one["check"] == "ports"]
    assert [one["text"] for one in ports] == served


def test_a_second_one_on_the_same_state_is_refused(running: Running) -> None:
    done = jauge("run", *running.options)
    assert done.returncode == 1
    assert "another Jauge runs on" in done.stderr


def test_a_second_auditor_is_refused(running: Running) -> None:
    done = jauge("edge", *running.options)
    assert done.returncode == 1


def test_ctrl_c_stops_it_for_good(tmp_path: Path) -> None:
    with started(tmp_path) as running:
        wait_until(running.is_ready, "jauge run is ready")
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(60) == 0
        assert not (running.state_dir / "run" / "status.json").exists()
        for port in (running.edge, running.auditor):
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", port)) != 0
        assert "Traceback" not in running.text


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = jauge(
            "run",
            *("--config", os.devnull),
            *("--set", f"state_dir={tmp_path}"),
            *("--set", f"edge.listen=127.0.0.1:{port}"),
            *("--set", "auditor.listen=127.0.0.1:0"),
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "another program listens there" in done.stderr


@pytest.mark.parametrize("command", ["run", "edge"])
def test_elsewhere_than_on_linux_it_says_so(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cli.main([command]) == 1
    assert capsys.readouterr().err == "jauge: the edge and the auditor run on Linux only\n"
