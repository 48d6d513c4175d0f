"""The whole product as an operator runs it: `jauge run` in a process, on temporary state."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from proxy import cli
from proxy.supervisor.state import Status, read_status
from tests.support.edge import ROOT, environment
from tests.support.stage import REFERENCE, Stage
from tests.support.waiting import wait_until

__all__ = ["Product", "Row", "free_port", "product"]

Row = Mapping[str, Any]
"""A line of `jauge exchanges --raw`."""

REPORT_S = 2.6
"""A little more than passes between two reports of a worker, and until the ledger has one."""
LEAST_PORT, PORTS = 20_000, 12_000
"""Below the range from which the kernel takes ports for outgoing connections."""
_SAMPLE = re.compile(r"(?P<name>\w+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def free_port() -> int:
    """A loopback port that nothing listens on, and that no client will be given."""
    while True:
        port = LEAST_PORT + random.randrange(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Product:
    """A running `jauge`."""

    config: Path
    log: Path
    ports: Sequence[int]
    """Of the listeners, in order."""
    metrics_port: int
    environ: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of its processes."""
    command: str = "run"
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def state_dir(self) -> Path:
        return Path(yaml.safe_load(self.config.read_text())["state_dir"])

    @property
    def authority(self) -> Path:
        return self.state_dir / "ca" / "mitmproxy-ca-cert.pem"

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def status(self) -> Status | None:
        return read_status(self.state_dir)

    def pid(self, name: str) -> int:
        """Process id of a child that serves ("auditor", "worker-1"); waits until it does."""
        found: list[int] = []

        def there() -> bool:
            children = self.status.children if self.status else ()
            found[:] = [one.pid for one in children if one.name == name and one.ready and one.pid]
            return bool(found)

        wait_until(there, f"{name} serves")
        return found[0]

    def kill(self, name: str) -> None:
        """SIGKILL a child."""
        os.kill(self.pid(name), signal.SIGKILL)

    def jauge(self, *words: str) -> tuple[int, str]:
        """Another command on the same configuration, here in this process: status and output."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = cli.main([*words, "--config", str(self.config)])
        return code, output.getvalue()

    def exchanges(self) -> list[Row]:
        """All exchanges in the ledger."""
        code, text = self.jauge("exchanges", "--raw")
        if code == 1:  # no ledger yet
            return []
        assert code == 0
        return [json.loads(line) for line in text.splitlines()]

    def settled(self, references: Sequence[str], *, each: int = 1) -> dict[str, list[Row]]:
        """The exchanges of these references once each has so many, and all have a finding."""
        found: dict[str, list[Row]] = {}

        def there() -> bool:
            found.clear()
            for row in self.exchanges():
                found.setdefault(row["reference"], []).append(row)
            return all(
                len(rows := found.get(reference, [])) >= each
                and all(row["finding_status"] for row in rows)
                for reference in references
            )

        with contextlib.suppress(AssertionError):  # the caller tells better what is missing
            wait_until(there, "all exchanges recorded", patience_s=60, pause_s=0.1)
        return found

    def fetch(self, path: str) -> tuple[int, str]:
        """Status and text of a page of the auditor. Raises OSError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.metrics_port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def health(self) -> dict[str, Any]:
        """What /healthz says."""
        value = json.loads(self.fetch("/healthz")[1])
        assert isinstance(value, dict)
        return value

    def metric(self, name: str, **labels: str) -> float:
        """Sum of a metric over all series with these labels."""
        total = 0.0
        for line in self.fetch("/metrics")[1].splitlines():
            found = _SAMPLE.fullmatch(line)
            if found and found["name"] == name:
                given = dict(_LABEL.findall(found["labels"] or ""))
                if labels.items() <= given.items():
                    total += float(found["value"])
        return total

    def wait_metric(self, name: str, value: float, **labels: str) -> None:
        """Until the metric has reached a value (reported once a second, shown a second later)."""
        what = f"{name} {labels} reaches {value}"
        wait_until(lambda: self._safely(lambda: self.metric(name, **labels)) >= value, what)

    def wait_quiet(self) -> None:
        """Until all that workers have counted has arrived (they report once a second)."""
        names = ("jauge_handed_over_total", "jauge_requests_total", "jauge_connections_total")

        def quiet() -> bool:
            before = [self.metric(name) for name in names]
            time.sleep(REPORT_S)
            return before == [self.metric(name) for name in names] and before[0] == before[1]

        wait_until(quiet, "nothing is on its way")

    def _safely(self, ask: Callable[[], float]) -> float:
        try:
            return ask()
        except OSError:
            return -1.0

    @property
    def said(self) -> str:
        """What all its processes have written."""
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    @contextlib.contextmanager
    def started(self, command: str = "run", *, ready: bool = True) -> Iterator[Product]:
        """Start it; ready, unless that is not wanted. Ended with its children afterwards."""
        self.command = command
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "proxy", command, "--config", str(self.config)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment(), **self.environ},
                cwd=ROOT,
            )
        try:
            if ready:
                self.wait_ready()
            yield self
        finally:
            self._end()

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        self.process.kill()
        self.process.wait()

    def serves(self) -> bool:
        """Whether its workers serve."""
        assert self.process.poll() is None, self.said
        return self.command == "audit" or "workers " in self.said

    def wait_ready(self) -> None:
        """Until the auditor is ready and all listeners are served."""

        def ready() -> bool:
            if not self.serves():
                return False
            with contextlib.suppress(OSError):
                return self.command == "edge" or self.fetch("/readyz")[0] == 200
            return False

        wait_until(ready, f"jauge is ready; it said:\n{self.said}")


def write_config(
    folder: Path,
    stage: Stage,
    ports: Sequence[int],
    metrics_port: int,
    settings: Mapping[str, object],
) -> Path:
    """A jauge.yaml in `folder`; `settings` has dotted keys and replaces the defaults."""
    values: dict[str, object] = {
        "state_dir": str(folder / "state"),
        "edge.listen": f"127.0.0.1:{ports[0]}",
        "edge.workers": 2,
        "edge.parent": stage.url,
        "edge.upstream_ca": str(stage.ca),
        "edge.reference_header": REFERENCE,
        "auditor.listen": f"127.0.0.1:{metrics_port}",
        **settings,
    }
    document: dict[str, Any] = {}
    for key, value in values.items():
        if value is not None:
            part = document
            *parents, last = key.split(".")
            for parent in parents:
                part = part.setdefault(parent, {})
            part[last] = value
    path = folder / "jauge.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


@contextlib.contextmanager
def product(
    folder: Path,
    stage: Stage,
    settings: Mapping[str, object] | None = None,
    *,
    ports: Sequence[int] = (),
    organisation: str | None = None,
    environ: Mapping[str, str] | None = None,
    command: str = "run",
) -> Iterator[Product]:
    """`jauge run`, ready; ended with all its children afterwards."""
    given, metrics_port = list(ports) or [free_port()], free_port()
    (folder / "organisation.yaml").write_text(organisation or "name: Ville de Test\n")
    config = write_config(folder, stage, given, metrics_port, settings or {})
    log = folder / "jauge.log"
    running = Product(config, log, given, metrics_port, environ or {})
    with running.started(command) as one:
        yield one
