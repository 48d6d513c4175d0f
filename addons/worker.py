"""One worker process of the edge: `python -m addons.worker`, started by the supervisor.

It serves on sockets that it inherits, writes `ready` on its standard output when it
accepts connections, and stops on SIGTERM after what is live has ended. Exit status 78
(EX_CONFIG of sysexits.h) means that the configuration cannot be served, and standard
error says why.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from addons import lean, quiet
from proxy import hardening
from proxy.config import Config, ConfigError, load
from proxy.config.snapshot import read_snapshot

__all__ = ["EX_CONFIG", "main", "run"]

ADDONS = "addons.assemble:build"
EX_CONFIG = 78


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM (or SIGINT, outside the supervisor); the exit status."""
    options = _parser().parse_args(arguments)
    hardening.harden()
    hardening.end_with_supervisor()
    try:
        config = _config(options)
    except ConfigError as error:
        return _refuse(str(error))
    return run(config, options.sockets, name=options.worker, addons=options.addons)


def run(config: Config, sockets: str, *, name: str, addons: str = ADDONS) -> int:
    """Serve the configuration on the inherited sockets; the exit status.

    `addons` is the `module:function` that makes the addons out of the configuration.
    """
    os.environ["JAUGE_WORKER"] = name
    quiet.install(name)
    lean.prepare()
    from mitmproxy.exceptions import OptionsError  # noqa: PLC0415 - after lean.prepare

    from addons.listen import inherit  # noqa: PLC0415
    from addons.master import serve  # noqa: PLC0415

    module, _, function = addons.partition(":")
    try:
        serve(
            config,
            inherit(sockets, config.listeners),
            getattr(importlib.import_module(module), function),
            ready=_say_ready,
            signals=(signal.SIGTERM, signal.SIGINT),
        )
    except (ValueError, OSError, OptionsError) as error:
        return _refuse(str(error))
    return 0


def _say_ready() -> None:
    os.write(1, b"ready\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m addons.worker", description=__doc__)
    parser.add_argument("--config", type=Path, help="jauge.yaml")
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--config-fd", type=int, help="read a snapshot of both here instead")
    parser.add_argument("--worker", default="worker", help="name in logs and records")
    parser.add_argument("--addons", default=ADDONS, metavar="MODULE:FUNCTION")
    parser.add_argument("--sockets", required=True, help="[[listener index, descriptor], …]")
    return parser


def _config(options: argparse.Namespace) -> Config:
    if options.config_fd is not None:
        config = read_snapshot(options.config_fd)
        os.close(options.config_fd)
        return config
    return load(options.config, options.sets)


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return EX_CONFIG


if __name__ == "__main__":
    sys.exit(main())
