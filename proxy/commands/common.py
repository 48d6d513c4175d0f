"""What several commands need."""

from __future__ import annotations

import argparse
import contextlib
import sys

from proxy.config import Config, load
from proxy.config.snapshot import inherited

__all__ = ["config_of", "supervised", "tell"]


def config_of(given: argparse.Namespace) -> Config:
    """The configuration that the options name. Raises ConfigError.

    A child of the supervisor gets what the other children run, whatever the files say now.
    """
    return inherited() or load(given.config, given.sets)


def tell(line: str) -> None:
    """A line for the operator, at once; nobody may be reading."""
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)


def supervised(given: argparse.Namespace, *, edge: bool, auditor: bool) -> int:
    """Run the supervisor until a signal; the exit status."""
    if sys.platform != "linux":
        print("jauge: the edge and the auditor run on Linux only", file=sys.stderr)
        return 1
    from proxy.references import load_catalogue  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.supervisor import SupervisorError, supervise  # noqa: PLC0415

    def read() -> Config:
        config = config_of(given)
        load_catalogue(config)
        return config

    try:
        return supervise(read, tell, edge=edge, auditor=auditor)
    except SupervisorError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 1
