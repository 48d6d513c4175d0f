"""Where a table ends: its first lines are printed, the others are added up in one."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["cut"]


def cut[T](lines: Sequence[T], most: int) -> tuple[Sequence[T], Sequence[T]]:
    """The lines to print, and those to add up: none, or at least two.

    One line alone would take no more room than the line that stands for it.
    """
    return (lines, ()) if len(lines) <= most + 1 else (lines[:most], lines[most:])
