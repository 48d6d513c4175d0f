"""Validate the configuration and say in plain words what it means.

Nothing is started or written. Exit status 2 when something is wrong: each mistake is
printed with its file, line, key, what was expected, and the remedy.
"""

from __future__ import annotations

import argparse

from proxy.commands.common import config_of

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """Declare --quiet."""
    parser.add_argument("--quiet", "-q", action="store_true", help="print mistakes only")


def run(given: argparse.Namespace) -> int:
    """Check, then explain."""
    from proxy.explain import Subject, explain  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.references import load_catalogue  # noqa: PLC0415

    config = config_of(given)
    catalogue = load_catalogue(config)
    if not given.quiet:
        print("The configuration is right. This is what it means:\n")
        print(explain(Subject(config, catalogue)))
    return 0
