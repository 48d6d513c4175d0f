"""A supervisor process for tests, with real workers that load the tests' addons."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from proxy.supervisor.state import Status, read_status
from tests.support.edge import ROOT, environment
from tests.support.waiting import wait_until

PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from proxy.config import load
from proxy.supervisor.supervisor import Supervisor
path, edge, auditor, workers, audit = json.loads(sys.argv[1])
async def main():
    return await Supervisor(
        lambda: load(Path(path)),
        lambda line: print(line, flush=True),
        edge=edge,
        auditor=auditor,
        worker_command=workers,
        auditor_command=audit,
    ).run()
try:
    sys.exit(asyncio.run(main()))
except Exception as error:
    print(type(error).__name__, error, flush=True)
    sys.exit(3)
"""
WORKERS = (sys.executable, "-m", "addons.worker", "--addons", "tests.support.edge:tee")
AUDITOR = (sys.executable, "-m", "tests.support.fakeauditor")


@dataclass
class Supervised:
    """A running supervisor."""

    process: subprocess.Popen[bytes]
    output: Path
    state_dir: Path
    config: Path

    @property
    def text(self) -> str:
        """What it and its children said."""
        return self.output.read_text()

    @property
    def port(self) -> int:
        """Where the first listener really listens."""
        line = next(line for line in self.text.splitlines() if line.startswith("proxy  "))
        return int(line.rpartition(":")[2])

    @property
    def authority(self) -> Path:
        return self.state_dir / "ca" / "mitmproxy-ca-cert.pem"

    @property
    def status(self) -> Status:
        found = read_status(self.state_dir)
        assert found is not None
        return found

    def pids(self) -> dict[str, int]:
        """Process ids of the children that serve."""
        return {one.name: one.pid for one in self.status.children if one.pid and one.ready}

    def wait_for(self, words: str) -> None:
        """Until it has said this."""
        wait_until(lambda: words in self.text or self._ended(), words)
        assert words in self.text, self.text

    def hangup(self, settle: str = "reloaded") -> None:
        """Ask for a reload and wait until it has been decided."""
        before = self.text.count("reloaded")
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.text.count("reloaded") > before, "reload")
        assert settle in self.text.splitlines()[-1] or settle in self.text, self.text

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def _ended(self) -> bool:
        return self.process.poll() is not None


@contextlib.contextmanager
def supervised(
    config: Path,
    *,
    edge: bool = True,
    auditor: bool = False,
    workers: Sequence[str] = WORKERS,
    started: str = "workers  ",
) -> Iterator[Supervised]:
    """A supervisor that has said `started`; ended with all its children afterwards."""
    import json

    output = config.parent / "supervisor.out"
    argument = json.dumps([str(config), edge, auditor, list(workers), list(AUDITOR)])
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, argument],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment(),
            cwd=ROOT,
        )
    running = Supervised(process, output, config.parent / "var", config)
    try:
        running.wait_for(started)
        yield running
    finally:
        children = read_status(running.state_dir)
        process.kill()
        process.wait()
        for child in children.children if children else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid or 0, signal.SIGKILL) if child.pid else None
