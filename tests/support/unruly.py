"""A scorer's process whose classifier does what a text tells it to. Run as a script."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from proxy import classify
from proxy.classify import Options, Window
from proxy.classify.embedded import Embedded
from proxy.scoring import load, process

COMMAND = (sys.executable, __file__)


class Unruly(Embedded):
    held: list[bytearray]

    def __init__(self, options: Options | None = None) -> None:
        super().__init__(options)
        if os.environ.get("UNRULY") == "load":
            raise RuntimeError("MARKED: nothing of this may be told")
        self.held = []

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        for window in windows:
            self._obey(window.text)
        return super().score(windows)

    def _obey(self, text: str) -> None:
        if "HANG" in text:
            time.sleep(3600)
        if "KILL" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "SLOW" in text:
            time.sleep(0.1)
        if "FAIL" in text:
            raise RuntimeError(text)
        if "EAT" in text:
            self.held.append(bytearray(os.urandom(1)) * (400 * 1024 * 1024))


if __name__ == "__main__":
    classifiers = {**classify.CLASSIFIERS, "embedded": Unruly}
    setattr(load, "CLASSIFIERS", classifiers)  # noqa: B010 - not one of its exports
    sys.exit(process.main(int(sys.argv[1])))
