"""The auditor's hold on the scorer: a queue, a process, and what becomes of each text.

    offer ─► waiting (bounded) ─► process (restarted when it ends) ─► taken ─► ledger

Each text that `offer` accepted comes back exactly once from `take`: with scores, or with
the reason why there are none. Nobody waits for it.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import msgspec

from proxy.reasons import Reason
from proxy.records import Finding, FindingStatus, Subject
from proxy.scoring.child import COMMAND, Child
from proxy.scoring.identity import Identity
from proxy.scoring.messages import Failed, FromScorer, Hello, Job, Result, Setup
from proxy.scoring.waiting import Waiting, WaitingText
from proxy.spool.faults import fault_name

__all__ = ["Limits", "Scored", "Scorer", "ScorerState"]

TICK_S = 0.5
AHEAD = 64
AHEAD_BYTES = 512 * 1024
"""Texts, and bytes, that the process is given beyond the one it works on. Only these are
lost with it."""

log = logging.getLogger("jauge.auditor")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the scorer may take."""

    most: int = 2_000
    """Texts that wait or are being scored."""
    most_bytes: int = 32 * 1024 * 1024
    deadline_s: float = 120.0
    """Seconds without a sign of life, at work, after which it is taken to hang."""
    load_s: float = 300.0
    """Seconds that loading a model may take."""
    most_wait_s: float = 600.0
    """Seconds after which a text that nobody came to score is dropped."""
    memory_bytes: int = 4096 * 1024 * 1024
    pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    """Before each start after an end, the last one again and again."""
    calm_s: float = 60.0
    """A process that has lived for so long has its earlier ends forgotten."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of a text."""

    exchange: str
    subject: Subject
    finding: Finding
    seconds: float
    """From its arrival."""


@dataclass(frozen=True, slots=True)
class ScorerState:
    """How the scorer stands."""

    identity: Identity
    wanted: str
    """Classifier that the configuration asks for."""
    running: bool = False
    pid: int | None = None
    waiting: int = 0
    bytes: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    """How often its process ended unasked, by reason: crash, deadline, memory, load."""
    end: str = ""
    """How its last process ended, one of the reasons of `ends`; empty while one runs."""
    reason: str = ""
    """Why it does not run: that, and more of it."""
    warnings: tuple[Reason, ...] = ()


class Scorer:
    """Scores texts in a process of its own. `offer`, `take` and `state` are for any thread."""

    def __init__(
        self, setup: Setup, limits: Limits | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        self._limits = limits or Limits()
        self._setup = msgspec.structs.replace(setup, memory_bytes=self._limits.memory_bytes)
        self._command = command
        self._waiting = Waiting(most=self._limits.most, most_bytes=self._limits.most_bytes)
        self._given: dict[int, WaitingText] = {}
        self._lock = threading.Lock()
        self._scored: list[Scored] = []
        self._state = ScorerState(Identity(setup.classifier), setup.classifier)
        self._wake, self._woken = socket.socketpair()
        self._wake.settimeout(0.0)
        self._woken.settimeout(0.0)
        self._stopping = threading.Event()
        self._started = False
        self._never = threading.Event()
        """Is not set: waiting for it lets time pass."""
        self._deadline = 0.0
        self._failures = 0
        self._failed: Failed | None = None
        """What the last process has said of its end."""
        self._thread = threading.Thread(target=self._run, name="scorer", daemon=True)

    @property
    def identity(self) -> Identity:
        """The classifier that runs, or is to run."""
        return self._state.identity

    def start(self) -> None:
        """Start the process and the thread that watches it; the first text does too."""
        with self._lock:
            if not self._started:
                self._started = True
                self._thread.start()

    def offer(
        self, exchange: str, subject: Subject, language: str, text: str
    ) -> FindingStatus | None:
        """Have a text scored; why not, where it is not accepted."""
        if self._stopping.is_set():
            return "lost"
        if not self._waiting.put(exchange, subject, language, text):
            return "overload"
        self.start()
        with suppress(OSError):
            self._wake.send(b"1")
        return None

    def take(self) -> list[Scored]:
        """What has become of texts since the last call."""
        with self._lock:
            taken, self._scored = self._scored, []
        return taken

    def state(self) -> ScorerState:
        """How it stands now."""
        return replace(self._state, waiting=self._waiting.held, bytes=self._waiting.bytes)

    def stop(self, drain_s: float = 0.0) -> None:
        """Let it score what waits, for so long at the most, then end it.

        What is left then comes from `take` as lost.
        """
        self._deadline = time.monotonic() + drain_s
        self._stopping.set()
        with suppress(OSError):
            self._wake.send(b"1")
        if self._thread.is_alive():
            self._thread.join(drain_s + 10.0)
        self._give_up(self._waiting.drain(), "lost")
        self._wake.close()
        self._woken.close()

    # The thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._over():
            began = time.monotonic()
            try:
                end, told = self._live()
            except OSError as error:
                end, told = "crash", f"cannot be started ({fault_name(error)})"
            except Exception as error:  # noqa: BLE001 - nothing may end this thread
                end, told = "crash", f"was not understood ({fault_name(error)})"
            self._give_up(list(self._given.values()), "error" if end else "lost")
            if end:
                self._ended(end, told, time.monotonic() - began)
                self._pause()

    def _over(self) -> bool:
        return self._stopping.is_set() and (
            not self._waiting.held or time.monotonic() >= self._deadline
        )

    def _live(self) -> tuple[str, str]:
        """One life of the process: why it ended (empty when asked to), and how."""
        self._failed = None
        child = Child(self._setup, self._woken, self._command)
        end = "crash"
        try:
            end = self._watch(child)
        finally:
            told = child.end()
            self._state = replace(self._state, running=False, pid=None)
        return end, told

    def _watch(self, child: Child) -> str:
        self._state = replace(self._state, pid=child.pid)
        while True:
            self._feed(child)
            for message in child.wait(TICK_S):
                self._handle(message)
            self._give_up(self._waiting.expired(self._limits.most_wait_s), "overload")
            if self._over():
                return ""
            end = self._fault(child)
            if end:
                return "load" if self._failed and not self._state.running else end

    def _fault(self, child: Child) -> str:
        """What is wrong with the process; empty when nothing is."""
        if child.ended:
            return "crash"
        if child.resident_bytes() > self._limits.memory_bytes:
            return "memory"
        silent_s = time.monotonic() - child.heard_at
        if not self._state.running:
            return "load" if silent_s > self._limits.load_s else ""
        return "deadline" if self._given and silent_s > self._limits.deadline_s else ""

    def _feed(self, child: Child) -> None:
        """Give it as much as it may be ahead; a longer text when it has nothing else."""
        if not self._state.running:
            return
        while len(self._given) < AHEAD and not child.full:
            ahead = sum(len(one.text) for one in self._given.values())
            room = AHEAD_BYTES - ahead if self._given else self._limits.most_bytes
            text = self._waiting.take(room)
            if text is None:
                return
            if not self._given:
                child.heard_at = time.monotonic()
            self._given[text.number] = text
            child.send(
                Job(number=text.number, subject=text.subject, hint=text.language, text=text.text)
            )

    def _handle(self, message: FromScorer) -> None:
        if isinstance(message, Hello):
            self._hello(message)
        elif isinstance(message, Result):
            text = self._given.pop(message.number, None)
            if text is not None:
                self._settle(text, message.finding)
        elif isinstance(message, Failed):
            self._failed = message

    def _hello(self, hello: Hello) -> None:
        identity = Identity(hello.classifier, hello.version, hello.threshold_set)
        for warning in hello.warnings:
            log.warning("scoring: %s", warning)
        self._state = replace(
            self._state,
            identity=identity,
            running=True,
            end="",
            reason="",
            warnings=hello.warnings,
        )

    def _settle(self, text: WaitingText, finding: Finding) -> None:
        seconds = time.monotonic() - text.since
        scored = Scored(text.exchange, text.subject, finding, seconds)
        self._waiting.done(len(text.text))
        with self._lock:
            self._scored.append(scored)

    def _give_up(self, texts: Sequence[WaitingText], status: FindingStatus) -> None:
        for text in texts:
            self._given.pop(text.number, None)
            self._settle(text, self.identity.not_scored(status, text.language, text.subject))

    def _ended(self, end: str, told: str, lived_s: float) -> None:
        if lived_s > self._limits.calm_s:
            self._failures = 0
        ends = {**self._state.ends, end: self._state.ends.get(end, 0) + 1}
        told = self._failed.reason if self._failed else told
        self._state = replace(self._state, ends=ends, end=end, reason=f"{end}: {told}")
        log.error("the scorer has ended (%s: %s) and is started again", end, told)

    def _pause(self) -> None:
        pauses = self._limits.pauses_s
        pause = pauses[min(self._failures, len(pauses) - 1)]
        self._failures += 1
        until = time.monotonic() + pause
        while time.monotonic() < until and not self._over():
            self._give_up(self._waiting.expired(self._limits.most_wait_s), "overload")
            self._never.wait(min(TICK_S, pause))
