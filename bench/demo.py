"""`make demo`: the product as it runs in a town hall, with simulated services behind it.

Starts the simulated LLM services and `jauge run` on free loopback ports, sends the same
question with every vendor's SDK, whole and streamed, and prints what the ledger then
holds. No key and no Internet needed; the answers, and therefore the figures, are made up.

Exit status 1 when anything is missing: an answer, an exchange in the ledger, its impact,
the finding about its answer, or the metrics.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.clients import CLIENTS, Client, Route
from bench.processes import free_port
from bench.table import draw, span

STATE = Path("var/demo")
START_S = 60.0
SETTLE_S = 20.0
EVENTS = 120
PAUSE_MS = 2

Row = Mapping[str, Any]
COLUMNS = ("tool", "model", "kind", "in", "out", "energy Wh", "water mL", "toxicity")


@dataclass(frozen=True, slots=True)
class Running:
    """The started product."""

    proxy: str
    metrics: str
    options: tuple[str, ...]
    """Options that make another `jauge` command read the same state."""


def _end_with_the_demo() -> None:
    """Get SIGTERM when the demo dies without a chance to say so (Linux, prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextlib.contextmanager
def started(command: list[str], output: IO[bytes] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A child process that is asked to stop, then made to. Ctrl-C is for the demo alone."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output or subprocess.PIPE,
        stderr=output,
        text=True,
        start_new_session=True,
        preexec_fn=_end_with_the_demo,  # noqa: PLW1509 - the demo has one thread
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


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
    settings = {
        "state_dir": folder / "state",
        "edge.listen": f"127.0.0.1:{port}",
        "auditor.listen": f"127.0.0.1:{metrics}",
        "edge.parent": parent,
        "edge.upstream_ca": ca,
        "edge.workers": workers,
        "catalogue.enable": "[ollama-cloud]",
    }
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    log = folder / "jauge.log"
    with (
        log.open("wb") as output,
        started([sys.executable, "-m", "proxy", "run", *options], output) as process,
    ):
        running = Running(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics}", tuple(options))
        _wait_ready(running, process, log)
        yield running


def _wait_ready(running: Running, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            fetch(f"{running.metrics}/readyz")
            return
        time.sleep(0.1)
    sys.stderr.write(log.read_text(errors="replace"))
    raise SystemExit("jauge run did not become ready; its output is above")


def fetch(url: str) -> str:
    """The text behind a loopback URL. Raises OSError."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


def questions() -> list[tuple[Client, bool]]:
    """Every client, whole and, where it can, streamed."""
    return [(one, stream) for one in CLIENTS for stream in (False, True) if one.streams >= stream]


def ask_all(route: Route) -> int:
    """Ask every question; how many were answered."""
    answered = 0
    for client, stream in questions():
        print(f"  {client.name:<21} {'streamed' if stream else 'whole':<9}", end="", flush=True)
        begun = time.perf_counter()
        try:
            client.ask(route, stream=stream)
        except Exception as error:  # noqa: BLE001 - a demo shows every failure
            print(f" FAILED  {type(error).__name__}: {error}")
        else:
            answered += 1
            print(f" answered in {(time.perf_counter() - begun) * 1e3:5.0f} ms")
    return answered


def recorded(running: Running) -> int:
    """How many exchanges the metrics have counted, with what their answers held."""
    lines = fetch(f"{running.metrics}/metrics").splitlines()
    return min(
        int(sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)))
        for name in ("jauge_requests_total{", "jauge_analysis_total{")
    )


def settled(running: Running, expected: int) -> int:
    """How many exchanges are counted, once they are all there or the patience is over."""
    deadline = time.monotonic() + SETTLE_S
    while (count := recorded(running)) < expected and time.monotonic() < deadline:
        time.sleep(0.2)
    return count


def ledger(running: Running) -> list[dict[str, Any]]:
    """Every exchange in the ledger, oldest first."""
    command = [sys.executable, "-m", "proxy", "exchanges", "--raw", *running.options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def total(row: Row, bound: str, *quantities: str) -> float | None:
    """The sum of quantities (`energy_{}_wh`) at one bound; None where one is missing."""
    values = [row[name.format(bound)] for name in quantities]
    return None if None in values else float(sum(values))


ENERGY = ("energy_{}_wh",)
WATER = ("water_onsite_{}_ml", "water_electricity_{}_ml")
"""Keys of the export, with a place for the bound. Bounds are summed linearly."""


def shown(row: Row) -> list[str]:
    """The cells of one exchange."""
    ranges = [
        span(*(total(row, bound, *names) for bound in ("low", "central", "high")))
        for names in (ENERGY, WATER)
    ]
    counts = [str(row[key] if row[key] is not None else "—") for key in TOKENS]
    model = row["model_answered"] or row["model_asked"] or "—"
    kind = row["operation"] + (", streamed" if row["streamed"] else "")
    return [row["tool"], model[:26], kind, *counts, *ranges, _finding(row)]


TOKENS = ("input_tokens", "output_tokens")


def _finding(row: Row) -> str:
    if row["finding_status"] != "scored":
        return str(row["finding_status"] or "—")
    flags = ", ".join(row["finding_flags"])
    return flags or f"{row['finding_scores']['toxicity']:.2f}"


def sums(rows: Sequence[Row]) -> list[str]:
    """The last line of the table."""

    def over(bound: str, names: tuple[str, ...]) -> float:
        return sum(total(row, bound, *names) or 0.0 for row in rows)

    counts = [str(sum(row[key] or 0 for row in rows)) for key in TOKENS]
    bounds = ("low", "central", "high")
    ranges = [span(*(over(bound, names) for bound in bounds)) for names in (ENERGY, WATER)]
    return ["all", "", "", *counts, *ranges, ""]


def missing(rows: Sequence[Row], answered: int, counted: int) -> list[str]:
    """What should be there and is not."""
    asked = len(questions())
    lacks = {
        f"{asked - answered} of {asked} questions were not answered": answered < asked,
        f"the ledger holds {len(rows)} exchanges in place of {answered}": len(rows) != answered,
        f"the metrics count {counted} exchanges in place of {answered}": counted != answered,
        "an exchange has no impact": any(row["energy_central_wh"] is None for row in rows),
        "an exchange has no finding": any(row["finding_status"] is None for row in rows),
    }
    return [text for text, lack in lacks.items() if lack]


def show(folder: Path, running: Running) -> list[str]:
    """Ask, wait, print the table; what is missing."""
    print(f"Proxy {running.proxy}   metrics {running.metrics}/metrics\n")
    print("The vendors' SDKs ask through the proxy (the first call loads the SDK):")
    authority = folder / "state" / "ca" / "mitmproxy-ca-cert.pem"
    pace = {"x-simulated-pause-ms": str(PAUSE_MS), "x-simulated-events": str(EVENTS)}
    answered = ask_all(Route(running.proxy, authority, pace))
    counted = settled(running, answered)
    rows = ledger(running)
    print(f"\n{len(rows)} exchanges audited (simulated; energy and water: low – central – high):\n")
    print(draw(COLUMNS, [*map(shown, rows), sums(rows)], right=(3, 4), total=True))
    print()
    for name, path in (("Page", "/"), ("Metrics", "/metrics"), ("Health", "/healthz")):
        print(f"{name:<8} {running.metrics}{path}")
    return missing(rows, answered, counted)


def main() -> int:
    """Run the demo; the exit status."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="edge workers (default 2)")
    parser.add_argument("--once", action="store_true", help="stop after the table")
    parser.add_argument("--state", type=Path, default=STATE, help=f"emptied first ({STATE})")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # the SDKs' own, about the models' age
    shutil.rmtree(given.state, ignore_errors=True)
    given.state.mkdir(parents=True)
    folder = given.state.resolve()
    print("Simulated services: the answers are made up, and so are the figures.", flush=True)
    with (
        simulated(folder) as (parent, ca),
        jauge(folder, parent, ca, given.workers) as running,
    ):
        lacks = show(folder, running)
        for text in lacks:
            print(f"MISSING: {text}")
        if sys.stdin.isatty() and sys.stdout.isatty() and not given.once:
            print("Still running; Ctrl-C stops it.")
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
    return 1 if lacks else 0


def _stop(number: int, _: object) -> None:
    """Leave by way of the `with` blocks, which end the children."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    signal.signal(signal.SIGTERM, _stop)
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None
