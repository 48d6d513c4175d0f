"""A place where one child always runs: started again when it dies, replaced on a reload."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from proxy.supervisor.process import Process, Spec

__all__ = ["EX_CONFIG", "Slot", "SlotState", "pause_s"]

EX_CONFIG = 78
"""Exit status of a child that its configuration keeps from serving (sysexits.h)."""
CALM_S = 60.0
"""A child that has run for so long, in seconds, has its earlier deaths forgotten."""
_PAUSES_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


def pause_s(deaths: int) -> float:
    """How long to wait before the next start, after so many deaths in a row."""
    return _PAUSES_S[min(deaths, len(_PAUSES_S)) - 1]


@dataclass(frozen=True, slots=True)
class SlotState:
    """What the status file says of one child."""

    name: str
    pid: int | None
    ready: bool
    restarts: int


class Slot:
    """Keeps one child running."""

    def __init__(  # noqa: PLR0913 - how, how long, and whom to tell
        self,
        name: str,
        spec: Spec,
        *,
        grace_s: float,
        exclusive: bool,
        report: Callable[[str], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`grace_s` is what a child gets to stop, in seconds.

        `exclusive`: two of them cannot run at once; the old one must have ended before the
        new one starts. `changed` is called when `state` has changed.
        """
        self.name = name
        self.grace_s = grace_s
        self._spec = spec
        self._exclusive = exclusive
        self._report = report
        self._changed = changed
        self._process: Process | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self._leaving: set[Process] = set()
        self._lock = asyncio.Lock()
        self._stopping = False
        self._restarts = 0
        self._deaths = 0

    @property
    def spec(self) -> Spec:
        """How its child is started now."""
        return self._spec

    def state(self) -> SlotState:
        """How it stands."""
        process = self._process
        alive = process is not None and process.status is None
        return SlotState(
            name=self.name,
            pid=process.pid if process and alive else None,
            ready=bool(process and alive and process.is_ready),
            restarts=self._restarts,
        )

    async def start(self) -> bool:
        """Start the child; whether it serves now. A child that does is kept from then on."""
        async with self._lock:
            ready = await self._put(self._spec)
            if ready:
                self.keep()
            return ready

    def keep(self) -> None:
        """Start the present child again when it ends; where there is none, start one."""
        self._run(self._keep(self._process))

    async def replace(self, spec: Spec) -> bool:
        """Put a child of another spec in its place, without a gap unless it is exclusive.

        False when the new one does not come to serve: then the old one stays (an exclusive
        one is started again).
        """
        async with self._lock:
            if self._exclusive:
                return await self._replace_after(spec)
            process = await self._begin(spec)
            if process is None:
                return False
            try:
                if not await process.wait_ready():
                    return False
                old, self._process, self._spec = self._process, process, spec
            finally:
                if process is not self._process:
                    await process.kill()
            self.keep()
            self._changed()
            if old is not None:
                self._leaving.add(old)
                self._run(self._leave(old))
            return True

    async def _replace_after(self, spec: Spec) -> bool:
        old, old_spec = self._process, self._spec
        self._process = None
        if old is not None:
            self._leaving.add(old)
            await old.stop(self.grace_s)
            self._leaving.discard(old)
        ready = await self._put(spec)
        self._spec = spec if ready else old_spec
        if not ready:
            await self._put(old_spec)
        self.keep()
        return ready

    async def _put(self, spec: Spec) -> bool:
        """Start a child in the empty place; whether it serves."""
        if self._process is not None:
            await self._process.kill()
        process = self._process = await self._begin(spec)
        self._changed()
        ready = process is not None and await process.wait_ready()
        self._changed()
        return ready

    async def _begin(self, spec: Spec) -> Process | None:
        """A new child; None, and a line for the operator, where the system makes none."""
        try:
            return await Process.start(spec)
        except OSError as error:  # out of memory, of processes, of descriptors
            self._report(f"{self.name} cannot be started ({error.strerror})")
            return None

    async def stop(self) -> None:
        """End the child, and those that were replaced before."""
        self._stopping = True
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        ending = [*self._leaving, *([self._process] if self._process else [])]
        await asyncio.gather(*(process.stop(self.grace_s) for process in ending))
        self._changed()

    def hurry(self) -> None:
        """The child was asked to stop; ask it to do so at once."""
        self.grace_s = 0.0
        for process in [*self._leaving, *([self._process] if self._process else [])]:
            process.hurry()

    def _run(self, work: Coroutine[object, object, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _leave(self, process: Process) -> None:
        """Let a child that was replaced end in its own time."""
        await process.stop(self.grace_s)
        self._leaving.discard(process)

    async def _keep(self, process: Process | None) -> None:
        """Wait for the end of a child; start another if that was not asked for."""
        since = time.monotonic()
        status = None if process is None else await process.wait()
        if self._stopping or process is not self._process:
            return
        calm = time.monotonic() - since > CALM_S
        self._deaths = 1 if calm else self._deaths + 1
        pause = pause_s(self._deaths)
        if status is not None:
            self._report(f"{self.name} ended ({_reason(status)}), is started again{_in(pause)}")
        self._changed()
        await asyncio.sleep(pause)
        async with self._lock:
            if self._stopping or process is not self._process:
                return  # replaced meanwhile
            self._restarts += 1
            started = self._process = await self._begin(self._spec)
            self.keep()
            self._changed()
        if started is not None:
            await started.wait_ready()
        self._changed()


def _reason(status: int) -> str:
    if status == EX_CONFIG:
        return "its configuration cannot be served"
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"


def _in(pause: float) -> str:
    return f" in {pause:g} s" if pause else ""
