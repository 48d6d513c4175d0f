"""Start the edge only: its workers. Counts wait on disk until an auditor runs.

The auditor (`jauge audit`) works on the same state folder and may come and go.
"""

from __future__ import annotations

import argparse

from proxy.commands.common import supervised

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(given: argparse.Namespace) -> int:
    """Run until a signal."""
    return supervised(given, edge=True, auditor=False)
