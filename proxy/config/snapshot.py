"""A checked configuration, handed to child processes as it is.

A worker that is started again must get the configuration that the others run, even when
the files have been changed since and are wrong. The snapshot holds secrets: it travels in
an anonymous file, which no folder names.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

import msgspec

from proxy.config.load import Config

__all__ = ["VARIABLE", "inherited", "read_snapshot", "write_snapshot"]

VARIABLE = "JAUGE_CONFIG_FD"
"""Environment variable with the descriptor of a snapshot, for children with options of
their own."""


def write_snapshot(config: Config) -> int:
    """A new descriptor of an anonymous file that holds the configuration."""
    data = msgspec.json.encode(config, enc_hook=str)
    descriptor = os.memfd_create("jauge-configuration")
    os.write(descriptor, data)
    return descriptor


def read_snapshot(descriptor: int) -> Config:
    """The configuration in such a file, which several processes may read at once."""
    data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    return msgspec.json.decode(data, type=Config, dec_hook=_path)


def inherited(environ: MutableMapping[str, str] = os.environ) -> Config | None:
    """The snapshot that the supervisor left for this process, read once; None without one."""
    text = environ.pop(VARIABLE, "")
    if not text.isdigit():
        return None
    config = read_snapshot(int(text))
    os.close(int(text))
    return config


def _path(kind: type, value: object) -> Path:
    if kind is not Path or not isinstance(value, str):
        raise NotImplementedError
    return Path(value)
