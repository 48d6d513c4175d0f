"""Starts, keeps, rolls and ends all processes of one machine.

SIGTERM or SIGINT: the addresses close, workers finish what is live, then the auditor
stops, which has heard what they lost; a second one ends them at once. SIGHUP: the
configuration is read again and, if it can be served, put in force worker by worker, the
new one serving before the old one leaves; if not, all stays as it was and the log says why.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from proxy import hardening
from proxy.config import Config
from proxy.config.snapshot import VARIABLE, write_snapshot
from proxy.spool.farewell import LOST_S
from proxy.supervisor.process import Process, Spec
from proxy.supervisor.slot import EX_CONFIG, Slot
from proxy.supervisor.sockets import Sockets, SupervisorError
from proxy.supervisor.state import RunFolder, Status
from proxy.supervisor.welcome import CERTIFICATE, fingerprint, served, welcome

__all__ = ["EX_CONFIG", "Supervisor", "supervise"]

AUDITOR_GRACE_S = 15.0
"""What the auditor gets to write down what it has, in seconds."""
LAST_WORD_S = 8.0 + LOST_S
"""What a worker gets beyond `edge.drain_s`, in seconds: to write what it has (6 s where the
disk refuses), to part from the auditor (1 s each), and to find another that records its loss."""
OPEN_FILES = 65_536
"""Open files that a busy worker may need: two per tunnel."""

type Load = Callable[[], Config]
type Report = Callable[[str], None]


def supervise(load: Load, report: Report, *, edge: bool = True, auditor: bool = True) -> int:
    """Run until SIGTERM or SIGINT; the exit status.

    `load` reads the configuration, now and on each SIGHUP, and raises ValueError for one
    that is wrong (ConfigError, CatalogueError); the first time, that goes to the caller.
    `report` gets lines for the operator. `edge` and `auditor` say what to run. Raises
    SupervisorError when the start fails.
    """
    return asyncio.run(Supervisor(load, report, edge=edge, auditor=auditor).run())


class Supervisor:
    """One supervisor."""

    def __init__(  # noqa: PLR0913 - the tests replace the commands
        self,
        load: Load,
        report: Report,
        *,
        edge: bool = True,
        auditor: bool = True,
        worker_command: Sequence[str] = (sys.executable, "-m", "addons.worker"),
        auditor_command: Sequence[str] = (sys.executable, "-m", "proxy"),
    ) -> None:
        """The commands are the programs without their arguments."""
        self._load = load
        self._report = report
        self._edge = edge
        self._auditor = auditor
        self._worker_command = worker_command
        self._auditor_command = auditor_command
        self._sockets = Sockets()
        self._workers: list[Slot] = []
        self._audit: Slot | None = None
        self._others: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[bool] | None = None
        self._snapshot = -1
        self._started_at = self._configured_at = time.time()
        self._stop = asyncio.Event()
        self._hangup = asyncio.Event()
        self._config: Config
        self._folder: RunFolder

    async def run(self) -> int:
        """Run until a signal; the exit status."""
        self._config = self._load()
        hardening.harden()
        if (limit := hardening.raise_open_files(OPEN_FILES)) < OPEN_FILES:
            self._report(f"only {limit} open files are allowed; {OPEN_FILES} are advised")
        self._folder = RunFolder(self._config.state_dir)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_stop)
        loop.add_signal_handler(signal.SIGHUP, self._hangup.set)
        try:
            await self._start()
            await self._watch()
            return 0
        finally:
            await self._end()
            self._folder.close()

    # starting

    async def _start(self) -> None:
        self._snapshot = write_snapshot(self._config)
        if self._edge:
            self._sockets.prepare(self._config.listeners)
            await self._ensure_authority()
            self._workers = [
                self._slot(number, self._config, self._snapshot)
                for number in range(_workers(self._config))
            ]
        if self._auditor:
            self._audit = self._auditor_slot()
        # One worker and the auditor first, the others when these serve: starting is work,
        # and the first two have the cores to themselves.
        first = [*self._workers[:1], *([self._audit] if self._audit else [])]
        ready = await self._unless_stopped([slot.start() for slot in first])
        failed = [slot for slot, serves in zip(first, ready, strict=False) if not serves]
        if any(slot is not self._audit for slot in failed):
            raise SupervisorError(f"{failed[0].name} does not start; its reason stands above")
        if self._audit in failed and self._audit is not None:
            self._audit.keep()
            self._report("the auditor does not serve yet; counts wait for it on disk")
        if ready:
            self._welcome()
            self._others = asyncio.create_task(self._start_others(self._workers[1:]))

    async def _start_others(self, slots: list[Slot]) -> None:
        ready = await asyncio.gather(*(slot.start() for slot in slots))
        for slot, serves in zip(slots, ready, strict=True):
            if not serves:
                slot.keep()

    async def _unless_stopped(self, starts: list[Coroutine[None, None, bool]]) -> list[bool]:
        """What the starts give; nothing when a signal to stop comes first."""
        starting = asyncio.gather(*starts)
        stopping = asyncio.create_task(self._stop.wait())
        waiting: list[asyncio.Future[Any]] = [starting, stopping]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if starting.done():
            return starting.result()
        starting.cancel()
        return []

    async def _ensure_authority(self) -> None:
        """Have the interception authority made, if it is not there."""
        folder = self._config.state_dir / "ca"
        if (folder / "mitmproxy-ca.pem").is_file() and (folder / CERTIFICATE).is_file():
            _check_authority(folder)
            return
        command = [sys.executable, "-m", "addons.ca", "--config-fd", str(self._snapshot)]
        status = await (await Process.start(Spec(command, [self._snapshot]))).wait()
        if status:
            raise SupervisorError(f"the authority in {folder} cannot be made (status {status})")
        self._report(f"made a new authority in {folder}")

    def _slot(self, number: int, config: Config, snapshot: int) -> Slot:
        return Slot(
            f"worker-{number + 1}",
            self._worker_spec(number, config, snapshot),
            grace_s=_grace_s(config),
            exclusive=False,
            report=self._report,
            changed=self._write_status,
        )

    def _auditor_slot(self) -> Slot:
        return Slot(
            "auditor",
            self._auditor_spec(self._config, self._snapshot),
            grace_s=AUDITOR_GRACE_S,
            exclusive=True,
            report=self._report,
            changed=self._write_status,
        )

    def _worker_spec(self, number: int, config: Config, snapshot: int) -> Spec:
        pairs = self._sockets.descriptors(config.listeners)
        arguments = ["--config-fd", str(snapshot), "--worker", f"worker-{number + 1}"]
        arguments += ["--sockets", json.dumps(pairs)]
        return Spec([*self._worker_command, *arguments], [snapshot, *(fd for _, fd in pairs)])

    def _auditor_spec(self, config: Config, snapshot: int) -> Spec:
        arguments = ["audit", "--config", str(config.file)]  # for who reads the process list
        environ = {VARIABLE: str(snapshot)}
        return Spec([*self._auditor_command, *arguments], [snapshot], environ)

    def _welcome(self) -> None:
        if not self._edge:
            for line in served(self._config):
                self._report(line)
            return
        listeners = self._config.listeners
        places = list(zip(listeners, self._sockets.addresses(listeners), strict=True))
        for line in welcome(self._config, places, len(self._workers)):
            self._report(line)

    # running

    def _on_stop(self) -> None:
        if self._stop.is_set():
            for slot in self._workers:
                slot.hurry()
            if self._audit is not None:
                self._audit.grace_s = 0.0  # its turn is after the workers, who have to tell it
        self._stop.set()

    def _slots(self) -> list[Slot]:
        return [*self._workers, *([self._audit] if self._audit else [])]

    async def _watch(self) -> None:
        """Reload on SIGHUP, return on SIGTERM."""
        stopping = asyncio.create_task(self._stop.wait())
        while not self._stop.is_set():
            hangup = asyncio.create_task(self._hangup.wait())
            await asyncio.wait([stopping, hangup], return_when=asyncio.FIRST_COMPLETED)
            hangup.cancel()
            if self._stop.is_set():
                return
            self._hangup.clear()
            reloading = asyncio.create_task(self.reload())
            await asyncio.wait([stopping, reloading], return_when=asyncio.FIRST_COMPLETED)
            if not reloading.done():
                reloading.cancel()

    async def reload(self) -> bool:
        """Put the configuration in force that the files hold now; False: the old one stays."""
        opened: list[str] = []
        try:
            config = self._load()
            self._check(config)
            if self._edge:
                opened = self._sockets.prepare(config.listeners)
        except (ValueError, OSError, SupervisorError) as error:
            self._report(f"not reloaded, the old configuration stays: {error}")
            return False
        snapshot = write_snapshot(config)
        if not await self._roll(config, snapshot):
            os.close(snapshot)
            self._sockets.close(opened)
            self._report("not reloaded, the old configuration stays: a worker did not start")
            return False
        former = self._snapshot
        self._snapshot, self._config, self._configured_at = snapshot, config, time.time()
        if self._edge:
            self._sockets.retain(config.listeners)
        await self._reload_auditor()
        os.close(former)
        self._write_status()
        self._report("reloaded")
        return True

    def _check(self, config: Config) -> None:
        """Raise an error when the configuration cannot take the place of the present one."""
        if config.state_dir != self._config.state_dir:
            raise SupervisorError("state_dir cannot change while Jauge runs. Start it again.")

    async def _roll(self, config: Config, snapshot: int) -> bool:
        """Replace the workers one by one; all back when one of the new does not serve."""
        done: list[tuple[Slot, Spec]] = []
        for number, slot in enumerate(self._workers):
            old = slot.spec
            if not await slot.replace(self._worker_spec(number, config, snapshot)):
                for replaced, spec in reversed(done):
                    await replaced.replace(spec)
                return False
            slot.grace_s = _grace_s(config)
            done.append((slot, old))
        await self._resize(config, snapshot)
        return True

    async def _resize(self, config: Config, snapshot: int) -> None:
        """As many workers as the configuration says."""
        wanted = _workers(config) if self._edge else 0
        surplus, self._workers = self._workers[wanted:], self._workers[:wanted]
        await asyncio.gather(*(slot.stop() for slot in surplus))
        numbers = range(len(self._workers), wanted)
        added = [self._slot(number, config, snapshot) for number in numbers]
        self._workers += added
        await self._start_others(added)

    async def _reload_auditor(self) -> None:
        if self._audit is None:
            return
        spec = self._auditor_spec(self._config, self._snapshot)
        self._renewing = asyncio.create_task(self._audit.replace(spec))
        # A stop that breaks off the reload must not leave ending workers without an auditor.
        if not await asyncio.shield(self._renewing):
            self._report("the auditor does not serve; counts wait for it on disk")

    # ending

    async def _end(self) -> None:
        self._sockets.close()
        if self._others is not None:
            self._others.cancel()
            await asyncio.gather(self._others, return_exceptions=True)
        if self._workers and self._stop.is_set():
            self._report("stopping: finishing what is live (again: at once)")
        await asyncio.gather(*(slot.stop() for slot in self._workers))
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        if self._audit is not None:
            await self._audit.stop()
        if self._snapshot >= 0:
            os.close(self._snapshot)

    def _write_status(self) -> None:
        self._folder.write(
            Status(
                pid=os.getpid(),
                started_at=self._started_at,
                configured_at=self._configured_at,
                listeners=[one.listen for one in self._config.listeners] if self._edge else [],
                children=[slot.state() for slot in self._slots()],
            )
        )


def _check_authority(folder: Path) -> None:
    """Raise SupervisorError when its certificate and key are not readable or no pair."""
    try:
        fingerprint(folder / CERTIFICATE)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(folder / "mitmproxy-ca.pem")
    except (OSError, ValueError):  # SSLError is an OSError
        raise SupervisorError(
            f"the authority in {folder} is damaged. Restore its copy, or remove the folder to have "
            "a new one made, which clients then must trust."
        ) from None


def _grace_s(config: Config) -> float:
    """What a worker gets to stop, in seconds."""
    return config.settings.edge.drain_s + LAST_WORD_S


def _workers(config: Config) -> int:
    """How many workers: as configured, else one per core that this process may use."""
    return config.settings.edge.workers or len(os.sched_getaffinity(0))
