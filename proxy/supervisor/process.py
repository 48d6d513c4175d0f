"""One child process: started, awaited until it says `ready`, asked to stop, made to."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from proxy.hardening import SUPERVISOR

__all__ = ["Process", "Spec"]

KILL_S = 5.0
"""How long, in seconds, a process may outlive the time that it was given."""
HURRY_S = 15.0
"""How long, in seconds, one may live that was told to hurry: a worker whose disk refuses tries
for 6 s to write, and tells what it lost."""
STUCK_S = 30.0
"""How long, in seconds, a child that does not serve yet may do nothing."""
PROGRESS_S = 0.05
"""Less processor time than this, in seconds, is nothing."""
WORK_S = 60.0
"""Processor time, in seconds, that a child may take until it serves; a start takes 2 to 4."""
LOOK_S = 1.0
"""How often a child that starts is looked at, in seconds."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spec:
    """How a child is started."""

    command: Sequence[str]
    descriptors: Sequence[int] = ()
    """File descriptors that it inherits, under the same numbers."""
    environ: Mapping[str, str] = field(default_factory=dict)


class Process:
    """A child that has been started."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self.is_ready = False
        self._asked = False
        self.ready = asyncio.get_running_loop().create_future()
        """True when it serves, False when it ended before."""
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, spec: Spec) -> Process:
        """Start it. Raises OSError.

        It gets a process group of its own: Ctrl-C on a terminal is for the supervisor.
        """
        child = await asyncio.create_subprocess_exec(
            *spec.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=tuple(spec.descriptors),
            env={**os.environ, **spec.environ, SUPERVISOR: str(os.getpid())},
            process_group=0,
        )
        return cls(child)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def status(self) -> int | None:
        """Exit status (negative: the signal that killed it), None while it runs."""
        return self._child.returncode

    async def wait(self) -> int:
        """Wait for its end; the exit status."""
        return await self._child.wait()

    async def wait_ready(self) -> bool:
        """Whether it comes to serve; False when it ended, does nothing, or works without end.

        What it does counts and not the clock: on a machine that is busy with other things a
        start is slow, and giving it up to begin anew would make it slower. Our own looks are
        counted too, since whoever starves a child starves its supervisor.
        """
        looks, known_s = 0, 0.0
        while not self.ready.done():
            await asyncio.wait([self.ready], timeout=LOOK_S)
            spent_s = self._processor_s()
            if spent_s > WORK_S:
                break
            looks += 1
            if spent_s >= known_s + PROGRESS_S:
                looks, known_s = 0, spent_s
            elif looks * LOOK_S >= STUCK_S:
                break
        return self.is_ready

    def _processor_s(self) -> float:
        """Processor time of all its threads, in seconds; 0 where the system does not say."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0.0
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Send a signal, if it is still there."""
        if self._child.returncode is None:
            try:
                self._child.send_signal(number)
            except ProcessLookupError:  # pragma: no cover - it ended just now
                return

    def hurry(self) -> None:
        """It was asked to stop: ask again, which means at once, and make it if it does not."""
        self.signal()
        asyncio.get_running_loop().call_later(HURRY_S, self.signal, signal.SIGKILL)

    async def stop(self, seconds: float) -> int:
        """Ask it to stop, give it this time, then kill it; the exit status.

        It is asked once, by whoever comes first: a second signal would mean to hurry.
        """
        if not self._asked:
            self._asked = True
            self.signal()
        try:
            return await asyncio.wait_for(self.wait(), seconds + KILL_S)
        except TimeoutError:
            return await self.kill()

    async def kill(self) -> int:
        """End it now; the exit status."""
        self.signal(signal.SIGKILL)
        return await self.wait()

    async def _read(self) -> None:
        """Wait for its `ready`, then keep its standard output from filling up."""
        output = self._child.stdout
        assert output is not None  # noqa: S101 - asked for above
        while line := await output.readline():
            if line.strip() == b"ready" and not self.ready.done():
                self.is_ready = True
                self.ready.set_result(None)
        if not self.ready.done():
            self.ready.set_result(None)
