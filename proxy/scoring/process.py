"""The scorer's process. It takes texts, gives findings, and forgets.

It waits for nothing but its socket, writes to nothing else, and ends when the auditor does.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
import time
from pathlib import Path

from proxy.classify.classifier import Options
from proxy.hardening import end_with_supervisor, harden
from proxy.records import Finding, FindingStatus
from proxy.scoring.load import Loaded, load
from proxy.scoring.messages import (
    Failed,
    FromScorer,
    Hello,
    Job,
    Progress,
    Reader,
    Result,
    Setup,
    decode_to_scorer,
    frame,
)
from proxy.scoring.scoring import Scoring, Text
from proxy.spool.faults import fault_name

__all__ = ["main"]

GROUP = 64
"""Most texts that are scored together."""
GROUP_BYTES = 256 * 1024
"""Most bytes of them; a longer text is scored alone."""
PROGRESS_S = 1.0
NICE_TO_LOAD, NICE_AT_WORK = 10, 19
"""While it loads it must get a turn beside whatever computes; at work the traffic comes first."""
READ_BYTES = 1 << 18


class _Gone(Exception):  # noqa: N818 - no error: the auditor has ended
    """Nobody is there any more."""


class _Link:
    """The socket to the auditor."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._reader = Reader()
        self._told = time.monotonic()

    def read(self, *, wait: bool) -> list[Setup | Job]:
        """What has come; waits for at least some of it with `wait`."""
        if not wait and not select.select([self._socket], [], [], 0)[0]:
            return []
        data = self._socket.recv(READ_BYTES)
        if not data:
            raise _Gone
        return [decode_to_scorer(one) for one in self._reader.feed(data)]

    def tell(self, *messages: FromScorer) -> None:
        """Send."""
        self._told = time.monotonic()
        try:
            self._socket.sendall(b"".join(map(frame, messages)))
        except OSError:
            raise _Gone from None

    def progress(self) -> None:
        """Say that work goes on, once in a while."""
        if time.monotonic() - self._told > PROGRESS_S:
            self.tell(Progress())


def main(descriptor: int) -> int:
    """Score what comes through that socket until it is closed; the exit status."""
    harden()
    end_with_supervisor(signal.SIGKILL)
    # The auditor ends it, when what waits has been scored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _step_back(NICE_TO_LOAD)
    link = _Link(descriptor)
    try:
        return _work(link)
    except _Gone:
        return 0


def _step_back(niceness: int) -> None:
    """Leave the processor to the traffic and to the counting whenever they want it."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _work(link: _Link) -> int:
    todo: list[Setup | Job] = []
    while not todo:
        todo += link.read(wait=True)
    setup = todo.pop(0)
    assert isinstance(setup, Setup)  # noqa: S101 - the auditor's first message
    try:
        loaded = _load(setup)
        if setup.device == "cpu":  # a GPU's driver reserves far more than it uses
            _limit(setup.memory_bytes)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told by its kind
        link.tell(Failed(reason=fault_name(error), kind="load"))
        return 1
    _step_back(NICE_AT_WORK)
    _introduce(link, loaded)
    jobs = [job for job in todo if isinstance(job, Job)]
    del todo
    while True:
        jobs += [one for one in link.read(wait=not jobs) if isinstance(one, Job)]
        _score(loaded.scoring, jobs, link)


def _score(scoring: Scoring, jobs: list[Job], link: _Link) -> None:
    """Score the first of these, and forget them: nothing may hold them while more is awaited."""
    size = _group(jobs)
    group = jobs[:size]
    del jobs[:size]
    link.tell(*_results(scoring, group, link))


def _load(setup: Setup) -> Loaded:
    options = Options(
        models=Path(setup.models),
        model=setup.model,
        device=setup.device,
        threads=setup.threads,
        sha256=setup.sha256,
    )
    folders = [Path(folder) for folder in setup.thresholds]
    return load(setup.classifier, options, thresholds=folders, wanted=setup.wanted)


def _limit(memory_bytes: int) -> None:
    """Private memory: what asks for more gets MemoryError (getrlimit(2), RLIMIT_DATA)."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def _introduce(link: _Link, loaded: Loaded) -> None:
    scoring = loaded.scoring
    link.tell(
        Hello(
            classifier=scoring.classifier.name,
            version=scoring.classifier.version,
            threshold_set=scoring.threshold_set,
            bias_version=scoring.bias_version,
            warnings=loaded.warnings,
        )
    )


def _group(jobs: list[Job]) -> int:
    """How many of these are scored together."""
    total = 0
    for index, job in enumerate(jobs[:GROUP]):
        total += len(job.text)
        if total > GROUP_BYTES:
            return max(1, index)
    return min(GROUP, len(jobs))


def _results(scoring: Scoring, group: list[Job], link: _Link) -> list[Result]:
    """A result per job. A group that fails is tried again one by one, to spare the others."""
    scoring.progress = link.progress
    texts = [
        Text(job.text.decode("utf-8", "replace"), hint=job.hint, subject=job.subject)
        for job in group
    ]
    try:
        findings = scoring.findings(texts)
    except _Gone:
        raise
    except Exception:  # noqa: BLE001 - one text must not take the others with it
        if len(group) > 1:
            return [one for job in group for one in _results(scoring, [job], link)]
        findings = [_error(scoring, group[0])]
    return [
        Result(number=job.number, finding=finding)
        for job, finding in zip(group, findings, strict=True)
    ]


def _error(scoring: Scoring, job: Job, status: FindingStatus = "error") -> Finding:
    return Finding(
        classifier=scoring.classifier.name,
        version=scoring.classifier.version,
        threshold_set=scoring.threshold_set,
        status=status,
        subject=job.subject,
    )
