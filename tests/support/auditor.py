"""A real auditor as a process of its own, on a free port of loopback."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx

CODE = (
    "import sys; from pathlib import Path;"
    "from proxy import auditor; from proxy.config import load;"
    "auditor.LOCK_WAIT_S = float(sys.argv[2]); sys.exit(auditor.run(load(Path(sys.argv[1]))))"
)


def write_config(folder: Path, **keys: object) -> Path:
    """A jauge.yaml (JSON is YAML) whose state folder is `folder`/var."""
    file = folder / "jauge.yaml"
    settings = {"state_dir": str(folder / "var"), "auditor": {"listen": "127.0.0.1:0"}, **keys}
    file.write_text(json.dumps(settings))
    return file


class RunningAuditor:
    """Started on entering, ended on leaving."""

    def __init__(self, config: Path, *, lock_wait_s: float = 10.0) -> None:
        command = [sys.executable, "-c", CODE, str(config), str(lock_wait_s)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.output = ""
        self.port = 0

    def __enter__(self) -> Self:
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        while not self.port:
            line = self.process.stderr.readline()
            self.output += line
            found = re.search(r"metrics and health at \S+ port (\d+)", line)
            assert line, f"the auditor ended: {self.output}"
            self.port = int(found[1]) if found else 0
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.finish()

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=30)

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/healthz").json()
        return found

    def metric(self, line: str) -> float:
        """The value of one line of the exposition, by its name and labels; 0 without it."""
        found = re.search(rf"^{re.escape(line)} (\S+)$", self.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.finish()

    def terminate(self) -> int:
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.finish()

    def finish(self) -> int:
        """Wait for its end and collect what it printed; the exit status."""
        if self.process.stdout is not None and not self.process.stdout.closed:
            out, err = self.process.communicate(timeout=60)
            self.output += out + err
        return self.process.wait()
