"""Worker processes for tests: the real program, on sockets of the test."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from mitmproxy.http import Headers, HTTPFlow

from proxy.config import Config

ROOT = Path(__file__).parents[2]


RECORD = "JAUGE_TEST_RECORD"
"""Environment variable with the file that `recorder` writes to."""


class Recorder:
    """What addons see of each flow: hooks, bytes, error; one JSON line when it has ended."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._hooks: dict[str, list[str]] = {}
        self._bytes: dict[str, bytearray] = {}

    def requestheaders(self, flow: HTTPFlow) -> None:
        self._hooks[flow.id] = ["requestheaders"]
        self._bytes[flow.id] = bytearray()

    def request(self, flow: HTTPFlow) -> None:
        self._hooks[flow.id].append("request")

    def responseheaders(self, flow: HTTPFlow) -> None:
        self._hooks[flow.id].append("responseheaders")
        seen = self._bytes[flow.id]

        def keep(chunk: bytes) -> bytes:
            seen.extend(chunk)
            return chunk

        flow.response.stream = keep  # type: ignore[union-attr]

    def response(self, flow: HTTPFlow) -> None:
        self._hooks[flow.id].append("response")
        self._write(flow)

    def error(self, flow: HTTPFlow) -> None:
        self._hooks[flow.id].append("error")
        self._write(flow)

    def _write(self, flow: HTTPFlow) -> None:
        request, response = flow.request, flow.response
        line = {
            "path": request.path,
            "hooks": self._hooks.pop(flow.id),
            "request": hashlib.sha256(request.raw_content or b"").hexdigest(),
            "request_trailers": _fields(request.trailers),
            "answer": hashlib.sha256(self._bytes.pop(flow.id)).hexdigest(),
            "answer_trailers": _fields(response.trailers if response else None),
            "status": response.status_code if response else None,
            "error": flow.error.msg if flow.error else None,
        }
        with self._file.open("a") as output:
            output.write(json.dumps(line) + "\n")


def _fields(headers: Headers | None) -> list[list[str]]:
    return [[k.decode(), v.decode()] for k, v in headers.fields] if headers else []


class Tee:
    """The least that an edge does: every answer is streamed."""

    def responseheaders(self, flow: HTTPFlow) -> None:
        flow.response.stream = bytes  # type: ignore[union-attr]


def tee(config: object) -> list[object]:
    """Addons for `--addons tests.support.edge:tee`."""
    del config
    return [Tee()]


def picky(config: Config) -> list[object]:
    """Addons for `--addons tests.support.edge:picky`: they refuse an edge named `unservable`."""
    if config.settings.edge.name == "unservable":
        raise ValueError("these addons do not serve that edge")
    return [Tee()]


def recorder(config: object) -> list[object]:
    """Addons for `--addons tests.support.edge:recorder`."""
    del config
    return [Recorder(Path(os.environ[RECORD]))]


@dataclass
class Worker:
    """A running worker."""

    process: subprocess.Popen[bytes]
    sockets: Sequence[socket.socket]
    state_dir: Path
    log: Path
    ports: list[int] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Of the first listener."""
        return int(self.sockets[0].getsockname()[1])

    @property
    def authority(self) -> Path:
        return self.state_dir / "ca" / "mitmproxy-ca-cert.pem"

    def terminate(self) -> int:
        """Ask to stop, wait; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def configure(folder: Path, settings: Mapping[str, object] | None = None) -> Path:
    """A jauge.yaml with its state in `folder`, listening on any free port."""
    document: dict[str, object] = {
        "state_dir": str(folder / "var"),
        "edge": {"listen": "127.0.0.1:0"},
    }
    for key, value in (settings or {}).items():
        part: dict[str, object] = document
        *parents, last = key.split(".")
        for parent in parents:
            part = part.setdefault(parent, {})  # type: ignore[assignment]
        part[last] = value
    path = folder / "jauge.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def environment() -> dict[str, str]:
    """Of child processes: they find the tests' own addons."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def worker(
    config: Path,
    *,
    listeners: int = 1,
    addons: str = "tests.support.edge:tee",
    name: str = "test",
    environ: Mapping[str, str] | None = None,
    sockets: Sequence[socket.socket] = (),
) -> Iterator[Worker]:
    """A worker that is ready; killed at the end if it is still there."""
    given = list(sockets) or [socket.create_server(("127.0.0.1", 0)) for _ in range(listeners)]
    folder = config.parent
    log = folder / f"{name}.log"
    pairs = [[index, one.fileno()] for index, one in enumerate(given)]
    command = [sys.executable, "-m", "addons.worker", "--config", str(config), "--worker", name]
    command += ["--sockets", json.dumps(pairs), "--addons", addons]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=output,
            pass_fds=[one.fileno() for one in given],
            env={**environment(), **(environ or {})},
            cwd=ROOT,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == b"ready\n", (process.wait(10), log.read_text())
        yield Worker(process, given, folder / "var", log)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
        if not sockets:
            for one in given:
                one.close()
