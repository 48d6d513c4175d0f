"""Start the auditor only: it estimates, scores, writes the ledger and serves the metrics.

It reads what the edge on the same state folder hands over.
"""

from __future__ import annotations

import argparse

from proxy.commands.common import config_of

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(given: argparse.Namespace) -> int:
    """Run until a signal."""
    config = config_of(given)
    from proxy.auditor import run as audit  # noqa: PLC0415 - loads ledger and classifiers

    return audit(config)
