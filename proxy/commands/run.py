"""Start everything on this machine: the edge's workers and the auditor.

Prints where it listens, what clients must trust, and one line to try it. Ctrl-C (or
SIGTERM) stops it after the answers in flight have ended; a second one stops it at once.
SIGHUP reads the configuration again; when that is wrong, the old one stays.
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
    return supervised(given, edge=True, auditor=True)
