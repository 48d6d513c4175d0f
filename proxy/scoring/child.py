"""One life of the scorer's process: started, fed, watched, ended."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from proxy.hardening import SUPERVISOR
from proxy.scoring.messages import FromScorer, Job, Reader, Setup, decode_from_scorer, frame

__all__ = ["COMMAND", "Child"]

COMMAND = (sys.executable, "-m", "proxy.scoring")
READ_BYTES = 1 << 18
END_S = 5.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Child:
    """A process at the other end of a pair of sockets. Used by one thread.

    Raises OSError when it cannot be started.
    """

    def __init__(self, setup: Setup, wake: socket.socket, command: Sequence[str] = COMMAND) -> None:
        """`wake`: a socket that something is sent to when there is a text to take."""
        ours, theirs = socket.socketpair()
        with ExitStack() as undo, theirs:
            undo.callback(ours.close)
            self._process = subprocess.Popen(  # noqa: S603 - our own module, or a test's
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_environment(setup.threads),
            )
            undo.pop_all()
        ours.settimeout(0.0)
        self._socket = ours
        self._wake = wake
        self._reader = Reader()
        self._outgoing = bytearray(frame(setup))
        self._selector = selectors.DefaultSelector()
        self._selector.register(ours, selectors.EVENT_READ | selectors.EVENT_WRITE)
        self._selector.register(wake, selectors.EVENT_READ)
        self.heard_at = time.monotonic()
        """Monotonic time of its last sign of life, or of its start."""
        self.ended = False
        """It has closed its end."""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def full(self) -> bool:
        """Whether what was given to it has not all been taken yet."""
        return bool(self._outgoing)

    def send(self, job: Job) -> None:
        """Have a text sent as soon as it takes it."""
        self._outgoing += frame(job)

    def wait(self, seconds: float) -> Iterator[FromScorer]:
        """Wait until something happens, for so long at the most; what it says.

        Raises msgspec.MsgspecError when it speaks another language.
        """
        interest = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
        self._selector.modify(self._socket, interest)
        for key, events in self._selector.select(max(0.0, seconds)):
            if key.fileobj is self._wake:
                with suppress(BlockingIOError):
                    self._wake.recv(READ_BYTES)
                continue
            if events & selectors.EVENT_WRITE:
                self._write()
            if events & selectors.EVENT_READ:
                yield from self._read()

    def _write(self) -> None:
        try:
            sent = self._socket.send(self._outgoing)
        except BlockingIOError:
            return
        except OSError:
            self.ended = True
        else:
            del self._outgoing[:sent]

    def _read(self) -> Iterator[FromScorer]:
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return
        self.heard_at = time.monotonic()
        for one in self._reader.feed(data):
            yield decode_from_scorer(one)

    def resident_bytes(self) -> int:
        """Memory that it takes; 0 where the kernel does not tell."""
        with suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{self.pid}/statm").read_bytes().split()
            return (int(fields[1]) - int(fields[2])) * _PAGE
        return 0

    def end(self) -> str:
        """End it; how it ended, in words."""
        self._selector.close()
        self._socket.close()
        gone = self.ended
        if not gone:
            self._process.kill()
        try:
            status = self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._outgoing.clear()
        return f"killed by {_signal(-status)}" if status < 0 else f"exit status {status}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _environment(threads: int) -> Mapping[str, str]:
    """The supervisor it must not outlive is us; libraries compute with so many threads."""
    several = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    numbers = dict.fromkeys(several, str(threads))
    return {**os.environ, **numbers, SUPERVISOR: str(os.getpid())}
