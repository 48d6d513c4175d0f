"""`make demo`: the product as it runs in a town hall, with simulated services behind it.

Starts the simulated LLM services and `jauge run` on free loopback ports, sends
the same question with every vendor's SDK, whole and streamed, and prints what
the ledger then holds. No key and no Internet needed; the answers, and therefore
the figures, are made up.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.clients import CLIENTS, Route
from bench.table import draw

STATE = Path("var/demo")
START_S = 60.0
SETTLE_S = 20.0
COLUMNS = (
    ("tool", "tool"),
    ("model_answered", "model"),
    ("streamed", "stream"),
    ("status", "status"),
    ("input_tokens", "in"),
    ("output_tokens", "out"),
    ("output_source", "source"),
    ("energy_wh", "energy Wh (low–central–high)"),
    ("water_ml", "water mL (low–central–high)"),
    ("finding", "toxicity"),
)


@dataclass(frozen=True, slots=True)
class Running:
    """The started product."""

    proxy: str
    metrics: str
    options: tuple[str, ...]
    """Options that make another `jauge` command read the same state."""


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def started(command: list[str], output: IO[bytes] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A child process that is asked to stop, then made to."""
    process = subprocess.Popen(command, stdout=output or subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def simulated(folder: Path) -> Iterator[tuple[str, Path]]:
    """The simulated services: URL of their parent proxy, file of their authority."""
    ca = folder / "simulated-ca.pem"
    with started([sys.executable, "-m", "bench.simulated", "--ca", str(ca)]) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("ready "):
            raise SystemExit("the simulated services did not start")
        yield line.split()[1], ca


@contextlib.contextmanager
def jauge(folder: Path, parent: str, ca: Path, workers: int) -> Iterator[Running]:
    """`jauge run` on free ports, its state in `folder`."""
    port, metrics = free_port(), free_port()
    options = (
        *("--set", f"state_dir={folder / 'state'}"),
        *("--set", f"edge.listen=127.0.0.1:{port}"),
        *("--set", f"auditor.listen=127.0.0.1:{metrics}"),
        *("--set", f"edge.parent={parent}"),
        *("--set", f"edge.upstream_ca={ca}"),
        *("--set", f"edge.workers={workers}"),
        *("--set", "catalogue.enable=[ollama-cloud]"),
    )
    with (
        (folder / "jauge.log").open("wb") as log,
        started([sys.executable, "-m", "proxy", "run", *options], log) as process,
    ):
        running = Running(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics}", options)
        _wait_ready(running, process, folder / "jauge.log")
        yield running


def _wait_ready(running: Running, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"{running.metrics}/readyz", timeout=2)
            return
        time.sleep(0.1)
    sys.stderr.write(log.read_text(errors="replace"))
    raise SystemExit("jauge run did not become ready; its output is above")


def ask_all(route: Route) -> list[str]:
    """Every client once whole and once streamed; the lines that tell how it went."""
    lines = []
    for name, client in CLIENTS.items():
        for stream in (False, True):
            kind = "streamed" if stream else "whole"
            print(f"  {name:<20} {kind:<9}", end="", flush=True)
            begun = time.perf_counter()
            try:
                client(route, stream=stream)
            except Exception as error:  # noqa: BLE001 - a demo shows every failure
                lines.append(f"{name} {kind}: {type(error).__name__}")
                print(f" {type(error).__name__}: {error}")
            else:
                print(f" answered in {(time.perf_counter() - begun) * 1e3:6.0f} ms")
    return lines


def ledger(running: Running) -> list[dict[str, object]]:
    """Every exchange in the ledger, oldest first."""
    command = [sys.executable, "-m", "proxy", "exchanges", "--raw", *running.options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def settled(running: Running, expected: int) -> list[dict[str, object]]:
    """The ledger once it holds `expected` exchanges, or what it holds in the end."""
    deadline = time.monotonic() + SETTLE_S
    rows = ledger(running)
    while len(rows) < expected and time.monotonic() < deadline:
        time.sleep(0.5)
        rows = ledger(running)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="edge workers (default 2)")
    parser.add_argument("--once", action="store_true", help="stop after the table")
    given = parser.parse_args()
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True)
    folder = STATE.resolve()
    print("Simulated services: the answers below are made up, and so are the figures.")
    with (
        simulated(folder) as (parent, ca),
        jauge(folder, parent, ca, given.workers) as running,
    ):
        print(f"Proxy {running.proxy}, metrics {running.metrics}/metrics\n")
        authority = folder / "state" / "ca" / "mitmproxy-ca-cert.pem"
        failed = ask_all(Route(running.proxy, authority, {"x-simulated-pause-ms": "5"}))
        expected = 2 * len(CLIENTS) - len(failed)
        rows = settled(running, expected)
        print(f"\n{len(rows)} exchanges audited (simulated):\n")
        print(draw(rows, COLUMNS))
        print(f"\nMetrics: {running.metrics}/metrics   Health: {running.metrics}/healthz")
        if sys.stdin.isatty() and not given.once:
            print("Still running; Ctrl-C stops it.")
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
    return 1 if failed or len(rows) != expected else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    raise SystemExit(main())
