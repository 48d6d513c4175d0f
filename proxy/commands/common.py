"""What several commands need."""

from __future__ import annotations

import argparse

from proxy.config import Config, load

__all__ = ["config_of"]


def config_of(given: argparse.Namespace) -> Config:
    """The configuration that the options name. Raises ConfigError."""
    return load(given.config, given.sets)
