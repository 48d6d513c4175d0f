"""The command line `jauge`: one table of commands, one module each.

A command's module is imported only when it is called, so that `jauge version` does
not wait for databases. Exit status: 0 done, 1 a problem was found, 2 the command
line or the configuration is wrong.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["COMMANDS", "OK", "PROBLEM", "USAGE", "main"]

OK, PROBLEM, USAGE = 0, 1, 2


class CommandModule(Protocol):
    """What every module of `proxy.commands` offers."""

    __doc__: str | None

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own options."""

    def run(self, given: argparse.Namespace) -> int:
        """Do it; the exit status."""


@dataclass(frozen=True, slots=True)
class Command:
    """One line of `jauge --help`."""

    summary: str
    module: str


COMMANDS: dict[str, Command] = {
    "run": Command("start everything: edge workers and auditor", "proxy.commands.run"),
    "edge": Command("start the edge only", "proxy.commands.edge"),
    "audit": Command("start the auditor only", "proxy.commands.audit"),
    "check": Command("validate the configuration and say what it means", "proxy.commands.check"),
    "exchanges": Command("export the ledger's exchanges", "proxy.commands.exchanges"),
    "explain": Command("show how an estimate comes about", "proxy.commands.explain"),
    "factors": Command("list and compare the figures of estimates", "proxy.commands.factors"),
    "glass": Command("how many requests fill a glass of water", "proxy.commands.glass"),
    "bias": Command("what answers say of people, as sums; explain a text", "proxy.commands.bias"),
    "score": Command("score texts as production does, storing nothing", "proxy.commands.score"),
    "models": Command(
        "get, check, convert and measure the networks that score", "proxy.commands.models"
    ),
    "recompute": Command(
        "restate the past by another factor set, and say why", "proxy.commands.recompute"
    ),
    "report": Command("make the report of a month or a year", "proxy.commands.report"),
    "doctor": Command("look for what keeps Jauge from working", "proxy.commands.doctor"),
    "version": Command("print the version", "proxy.commands.version"),
}

_DESCRIPTION = """\
Jauge lets the traffic between a town hall and its LLM services through untouched
and, beside it, works out what each exchange cost and what the answers held."""

_EPILOG = """\
exit status: 0 done, 1 a problem was found, 2 wrong command line or configuration
environment: JAUGE_CONFIG names the configuration where --config does not

  jauge check                          is the configuration right, what does it mean?
  jauge run --set edge.workers=2       start, with one setting replaced
  jauge exchanges --since 2026-10-01   what was recorded, as JSON lines
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. `arguments` default to the process's own."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser, modules = _parser(words)
    given, unknown = parser.parse_known_args(words)
    if unknown:
        given.refuse(f"unrecognized arguments: {' '.join(unknown)}")
    if given.command is None:
        parser.print_help()
        return USAGE
    given.sets = [*given.first_sets, *given.sets]
    try:
        return _written(modules[given.command].run(given))
    except ValueError as error:
        mistakes = _mistakes(error)
        if not mistakes:
            raise
        for mistake in mistakes:
            print(f"jauge: {mistake}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        _write_no_more()  # the reader (head, less) has gone
        return OK
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _written(status: int) -> int:
    """The status of a command, once standard output has taken what it printed.

    Into a pipe or a file Python writes by the block, the last at exit, where a failure would
    be neither told nor seen in the exit status. Raises BrokenPipeError.
    """
    try:
        print(end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"jauge: standard output: {error.strerror}", file=sys.stderr)
        _write_no_more()
        return PROBLEM
    return status


def _write_no_more() -> None:
    """Let go what is still to be written, at exit too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _mistakes(error: ValueError) -> list[str]:
    """What the operator can put right; nothing for an error of ours."""
    from proxy.catalogue.errors import CatalogueError  # noqa: PLC0415 - only when needed
    from proxy.config.errors import ConfigError  # noqa: PLC0415
    from proxy.impact.figures import FactorError  # noqa: PLC0415

    if isinstance(error, ConfigError):
        return [str(one) for one in (error, *error.others)]
    return [str(error)] if isinstance(error, (CatalogueError, FactorError)) else []


def _parser(
    words: Sequence[str],
) -> tuple[argparse.ArgumentParser, dict[str, CommandModule]]:
    """The parser, and the modules of the commands that `words` may mean."""
    parser = argparse.ArgumentParser(
        prog="jauge",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _common(parser, sets="first_sets", missing=None)
    parser.set_defaults(refuse=parser.error)
    commands = parser.add_subparsers(dest="command", metavar="command", title="commands")
    modules: dict[str, CommandModule] = {}
    for name, command in COMMANDS.items():
        called = name in words
        module = importlib.import_module(command.module) if called else None
        sub = commands.add_parser(
            name,
            help=command.summary,
            description=module.__doc__ if module else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        _common(sub, sets="sets", missing=argparse.SUPPRESS)
        sub.set_defaults(refuse=sub.error)  # shows the usage of the command, not of them all
        if module is not None:
            modules[name] = module
            module.options(sub)
    return parser, modules


def _common(parser: argparse.ArgumentParser, *, sets: str, missing: str | None) -> None:
    """Options that every command takes, before or after its name."""
    group = parser.add_argument_group("configuration")
    group.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=missing,
        help="settings (default: JAUGE_CONFIG, else config/jauge.yaml)",
    )
    group.add_argument(
        "--set",
        dest=sets,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="replace one setting: a dotted key and a YAML value; repeatable",
    )
