"""The traffic beside a scorer that never comes to an end: its latency against a quiet machine.

The scorer is the process of production, started as the auditor starts it, with more texts
waiting than it can score. Quiet and busy rounds alternate in one sitting.
"""

from __future__ import annotations

import contextlib
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figures, load
from bench.targets import Target
from proxy.classify.thresholds import CONFIG
from proxy.scoring.messages import Setup
from proxy.scoring.scorer import Scorer

__all__ = ["saturated"]

ANSWER = "La mairie ouvre à neuf heures et ferme à dix-sept heures trente. " * 3_000
AIM = 1.1
JSON = ("json", "--connections", 4, "--events", 40)
PACED = ("paced", "--connections", 20, "--events", 100, "--rate", 50)
FIGURES = (
    ("JSON requests, 4 connections: total p50", JSON, "total_p50_ms"),
    ("20 streams of 50 events/s: first byte p50", PACED, "first_byte_p50_ms"),
    ("20 streams of 50 events/s: gap p50", PACED, "gap_p50_ms"),
    ("20 streams of 50 events/s: gap p99", PACED, "gap_p99_ms"),
)


def saturated(target: Target, rounds: int, requests: int) -> None:
    """Print the latency of the traffic without and with a saturated scorer."""
    runs: dict[tuple[object, ...], list[tuple[Figures, Figures]]] = {JSON: [], PACED: []}
    shapes: dict[tuple[object, ...], tuple[object, ...]] = {
        JSON: (*JSON, "--requests", requests),
        PACED: PACED,
    }
    with _scorer() as scored:
        load(target, "json", *JSON[1:], "--requests", 40)
        for _ in range(rounds):
            for kind, found in runs.items():
                quiet = load(target, *map(str, shapes[kind]))
                with scored.at_work():
                    busy = load(target, *map(str, shapes[kind]))
                found.append((quiet, busy))
    print(f"\nThe traffic beside a saturated scorer, ms (medians of {rounds} pairs)")
    for said, kind, name in FIGURES:
        quiet_ms = statistics.median(quiet[name] for quiet, _ in runs[kind])
        busy_ms = statistics.median(busy[name] for _, busy in runs[kind])
        ratio = statistics.median(busy[name] / quiet[name] for quiet, busy in runs[kind])
        verdict = "met" if ratio <= AIM else "MISSED"
        print(f"  {said:<42} {quiet_ms:7.2f} → {busy_ms:7.2f}  ratio {ratio:.2f} ({verdict})")
    print(f"  aim: ratio ≤ {AIM}; answers of 3,000 sentences scored meanwhile: {scored.count}")


class _Saturated:
    """Keeps a scorer's queue full, from a thread, while it is not paused."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.count = 0

    def _run(self) -> None:
        number = 0
        while not self._ended.wait(0.02):
            self.count += len(self._scorer.take())
            while self._wanted.is_set() and self._scorer.state().waiting < 8:
                number += 1
                self._scorer.offer(str(number), "answer", "fr", ANSWER)

    def pause(self) -> None:
        """Let it come to rest."""
        self._wanted.clear()
        while self._scorer.state().waiting and not self._ended.wait(0.05):
            pass

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Saturated inside a `with` block, at rest after."""
        self._wanted.set()
        while self._scorer.state().waiting < 4:
            self._ended.wait(0.02)
        yield
        self.pause()

    def close(self) -> None:
        """End."""
        self._ended.set()
        self._thread.join()


@contextlib.contextmanager
def _scorer() -> Iterator[_Saturated]:
    setup = Setup(
        classifier="embedded",
        models=str(Path("nowhere")),
        thresholds=(str(CONFIG),),
        wanted=0.01,
        model="multilingual",
        device="cpu",
        threads=1,
        sha256="",
        memory_bytes=0,
    )
    scorer = Scorer(setup)
    scorer.start()
    saturated = _Saturated(scorer)
    try:
        yield saturated
    finally:
        saturated.close()
        scorer.stop()
