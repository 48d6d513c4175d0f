"""Print the version of Jauge, and of what its figures depend on."""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import version

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(given: argparse.Namespace) -> int:
    """Print one line."""
    del given
    print(
        f"jauge {version('jauge')} "
        f"({platform.python_implementation()} {platform.python_version()}, "
        f"mitmproxy {version('mitmproxy')}, EcoLogits {version('ecologits')})"
    )
    return 0
