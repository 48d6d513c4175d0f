"""Export the ledger's exchanges: one line of counts each, never a word of them.

Departments under privacy.k are merged and times rounded to the hour. --raw gives the
exact rows instead; who took them, and how many, is then noted in the journal
(journal.log in the state folder) before the first is printed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from proxy.commands.common import config_of

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """Declare period, format and destination."""
    parser.add_argument(
        "--format",
        choices=("jsonl", "csv"),
        default="jsonl",
        help="JSON lines (default) or CSV",
    )
    parser.add_argument(
        "--since",
        metavar="TIME",
        help="first moment taken: a month (2026-10), a date or an instant, local time; "
        "a full hour unless --raw",
    )
    parser.add_argument(
        "--until",
        metavar="TIME",
        help="first moment left out; October is --since 2026-10 --until 2026-11",
    )
    parser.add_argument("--raw", action="store_true", help="exact rows; noted in the journal")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="file to write, in place of stdout"
    )


def run(given: argparse.Namespace) -> int:
    """Export; how many rows goes to standard error."""
    config = config_of(given)
    from proxy import export  # noqa: PLC0415 - loads the database layer
    from proxy.journal import JournalError  # noqa: PLC0415
    from proxy.ledger import LedgerError  # noqa: PLC0415

    try:
        count = export.run(
            config,
            output_format=given.format,
            since=given.since,
            until=given.until,
            raw=given.raw,
            out=given.out,
        )
    except export.ExportError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except LedgerError as error:
        print(f"jauge: {_hint(error)}", file=sys.stderr)
        return 1
    except JournalError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"jauge: {given.out or 'stdout'}: {error.strerror}", file=sys.stderr)
        return 1
    if sys.stderr.isatty():
        print(f"{count} exchanges", file=sys.stderr)
    return 0


def _hint(error: Exception) -> str:
    if getattr(error, "kind", None) == "absent":
        return "there is no ledger yet: nothing has been recorded, or state_dir is another one"
    return str(error)
