"""How long a second `make run` takes until it serves."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import spread
from bench.processes import free_port, process
from proxy.config import SHIPPED
from proxy.supervisor.state import read_status

__all__ = ["starting"]

ROOT = Path(__file__).resolve().parent.parent
AIM_S = 3.0
WORKERS = 2
LONGEST_S = 120.0
"""A start that takes longer, in seconds, has failed."""
LOOK_S = 0.01


def starting(rounds: int) -> None:
    """Time of `make run` until it says where it listens, and until every process serves.

    What it says is printed when one worker and the auditor serve; the other workers follow.
    """
    with tempfile.TemporaryDirectory(prefix="bench-start-") as name:
        runs = [_start(Path(name)) for _ in range(rounds + 1)][1:]  # the first makes what stays
    said, whole = (list(times) for times in zip(*runs, strict=True))
    found = statistics.median(said)
    verdict = "met" if found < AIM_S else "MISSED"
    print(f"\nA second `make run`, {WORKERS} workers, seconds, {rounds} starts")
    print(f"  serves, and says so   {spread(said)} (aim < {AIM_S:g}: {verdict})")
    print(f"  all processes serve   {spread(whole)}")


def _start(folder: Path) -> tuple[float, float]:
    """Seconds until the welcome was printed, and until the status says that all serve."""
    state, log = folder / "state", folder / "run.log"
    log.unlink(missing_ok=True)
    settings = {
        "state_dir": state,
        "edge.listen": f"127.0.0.1:{free_port()}",
        "edge.workers": WORKERS,
        "auditor.listen": f"127.0.0.1:{free_port()}",
    }
    options = " ".join(f"--set {key}={value}" for key, value in settings.items())
    config = f"--config {SHIPPED / 'jauge.yaml'}"
    command = ["make", "--silent", "-C", str(ROOT), "run", f"ARGS={config} {options}"]
    begun = time.perf_counter()
    with process(command, log) as child:

        def reached(condition: Callable[[], bool]) -> float:
            while not condition():
                if child.poll() is not None or time.perf_counter() - begun > LONGEST_S:
                    print(log.read_text(), file=sys.stderr)
                    raise SystemExit("`make run` did not come to serve")
                time.sleep(LOOK_S)
            return time.perf_counter() - begun

        said = reached(lambda: "  curl --proxy " in log.read_text())
        return said, reached(lambda: _serving(state) == WORKERS + 1)


def _serving(state: Path) -> int:
    """How many children serve."""
    status = read_status(state)
    return sum(child.ready for child in status.children) if status else 0
