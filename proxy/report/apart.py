"""Makes the figures of a report in a process of its own, which ends before any page is drawn.

Reading a big month takes some 160 MB and drawing a PDF some 200. Memory that was read
into is not all given back while a process lives, so the two do not share one: the most that
a report takes is the larger of them, not their sum.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence

from proxy.config import Config
from proxy.config.snapshot import VARIABLE, write_snapshot
from proxy.hardening import SUPERVISOR
from proxy.report.model import Report

__all__ = ["KILLED", "ApartError", "make_apart"]

KILLED = 4
"""Exit status when the process was killed from outside, for want of memory above all."""


class ApartError(RuntimeError):
    """The process failed.

    `status` is its exit status, or KILLED. It has said why on standard error, unless `killed`.
    """

    def __init__(self, status: int) -> None:
        super().__init__(
            f"the process that makes the figures was ended by signal {-status}: is there enough"
            " memory? Nothing was written; the earlier report is as it was."
            if status < 0
            else f"the process that makes the figures ended with status {status}"
        )
        self.status = KILLED if status < 0 else status
        self.killed = status < 0


def make_apart(config: Config, words: Sequence[str], command: Sequence[str] = ()) -> Report:
    """The report that `jauge report <words> --figures` makes of this very configuration.

    Its standard error is ours. It ends when we do. `command`: what to run instead, for tests.
    Raises ApartError, and OSError where no process can be started.
    """
    snapshot = write_snapshot(config)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, or a test's
            command or (sys.executable, "-m", "proxy", "report", *words, "--figures"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, VARIABLE: str(snapshot), SUPERVISOR: str(os.getpid())},
            pass_fds=(snapshot,),
            check=False,
        )
    finally:
        os.close(snapshot)
    if done.returncode:
        raise ApartError(done.returncode)
    # Not as JSON: it reads a whole number in a field of decimals as 0.0, and report.json would
    # say that where it now says 0.
    report: Report = pickle.loads(done.stdout)  # noqa: S301 - from our own process
    return report
