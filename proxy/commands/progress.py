"""How far a download is: a line that is rewritten on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self, TextIO

__all__ = ["Bar"]

EVERY_S = 0.2
"""Least seconds between two states on a terminal."""
WIDTH = 24


class Bar:
    """Shows one file after the other."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._name = ""
        self._shown = 0.0
        self._tenth = -1
        self._began = (0.0, 0)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state on a line of its own."""
        if self._live and self._name:
            print(file=self._out)

    def show(self, name: str, done: int, total: int) -> None:
        """A state; told as often as one likes."""
        moment = time.monotonic()
        if name != self._name:
            if self._live and self._name:
                print(file=self._out)
            self._name, self._tenth, self._began = name, -1, (moment, done)
            self._shown = 0.0
        whole = bool(total) and done >= total
        if self._live and (whole or moment - self._shown >= EVERY_S):
            self._shown = moment
            print(f"\r{self._line(done, total, moment)}\x1b[K", end="", file=self._out, flush=True)
        tenth = done * 10 // total if total else done >> 26
        if not self._live and tenth != self._tenth:
            self._tenth = tenth
            print(self._line(done, total, moment), file=self._out, flush=True)

    def _line(self, done: int, total: int, moment: float) -> str:
        since, before = self._began
        rate = (done - before) / max(moment - since, 1e-3)
        speed = f"{rate / 1e6:.1f} MB/s"
        if not total:
            return f"{self._name}  {done / 1e6:,.1f} MB  {speed}"
        full = "█" * (done * WIDTH // total)
        left = f", {(total - done) / rate:,.0f} s left" if rate and done < total else ""
        return (
            f"{self._name}  {full:░<{WIDTH}}  {done * 100 // total} %  "
            f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB  {speed}{left}"
        )
