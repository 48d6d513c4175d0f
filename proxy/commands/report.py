"""Make the sustainability report of a month or a year, from the ledger.

  jauge report 2026-10                        the month, in the languages and formats of
                                              the settings (report.languages, report.formats)
  jauge report 2026-10 --lang fr --format pdf
  jauge report annual 2026 --cadre reen       the year, with goals, indicators and actions

The files go to state_dir/reports/<period>, where the page lists them, or to DIR/<period>.
They are replaced whole: what fails leaves the earlier report as it was. The same data give
the same bytes. docs/operate/reports.md tells what the files are.
"""

from __future__ import annotations

import argparse
import os
import pickle
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from proxy.commands.common import config_of
from proxy.hardening import end_with_supervisor

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from proxy.config import Config
    from proxy.config.part import ReportFormat, ReportLanguage
    from proxy.report.model import Report
    from proxy.report.period import Stretch

__all__ = ["UNWRITABLE", "options", "run"]

UNWRITABLE = 3
"""Exit status when the files could not be written."""
_NICE = 15


def options(parser: argparse.ArgumentParser) -> None:
    """Declare period, languages, formats and folder."""
    parser.add_argument(
        "period", nargs="+", metavar="PERIOD", help="a month (2026-10), or: annual 2026"
    )
    parser.add_argument(
        "--lang", choices=("fr", "en"), help="one language (default: report.languages)"
    )
    parser.add_argument(
        "--format",
        dest="formats",
        metavar="LIST",
        help="some of html, pdf, csv, json, with commas between (default: report.formats)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder (default: state_dir/reports)"
    )
    parser.add_argument(
        "--cadre", choices=("reen",), help="frame of an annual report: reen, of the law REEN"
    )
    # For the auditor: a report must not take the processor from what it counts.
    parser.add_argument("--background", action="store_true", help=argparse.SUPPRESS)
    # For this command itself: only make the figures, to standard output (proxy.report.apart).
    parser.add_argument("--figures", action="store_true", help=argparse.SUPPRESS)


def run(given: argparse.Namespace) -> int:
    """Make it; progress goes to standard error, the files' paths to standard output."""
    from proxy.report.apart import ApartError  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.report.period import PeriodError  # noqa: PLC0415
    from proxy.report.publish import PublishError  # noqa: PLC0415

    if given.figures:
        end_with_supervisor(signal.SIGKILL)
    if given.background:
        os.nice(_NICE)
    config = config_of(given)
    try:
        formats = _formats(given.formats) or config.settings.report.formats
        stretch = _stretch(given, config.zone)
    except PeriodError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 2
    languages = (given.lang,) if given.lang else config.settings.report.languages
    try:
        made = _work(given, config, stretch, languages, formats)
    except ApartError as error:
        if error.killed:
            print(f"\njauge: {error}", file=sys.stderr)
        return error.status
    except _UnreadableError as error:
        print(f"\njauge: {error}", file=sys.stderr)
        return 1
    except PublishError as error:
        print(f"\njauge: {error}", file=sys.stderr)
        return UNWRITABLE
    if not given.figures:
        print(file=sys.stderr)
    for path in made:
        print(path)
    return 0


def _work(
    given: argparse.Namespace,
    config: Config,
    stretch: Stretch,
    languages: tuple[ReportLanguage, ...],
    formats: tuple[ReportFormat, ...],
) -> list[Path]:
    """Make the figures, apart where a PDF follows them, and the files; their paths."""
    from proxy.report.apart import make_apart  # noqa: PLC0415
    from proxy.report.folder import FOLDER  # noqa: PLC0415

    steps = _steps(languages, formats)
    if given.figures:
        report = _make(given, config, stretch, _progress(stretch.name, steps))
        sys.stdout.buffer.write(pickle.dumps(report))
        return []
    apart = "pdf" in formats
    printed = _printed(languages, formats)
    tell = _progress(stretch.name, steps, steps - printed if apart else 0)
    if apart:
        report = make_apart(config, _words(given, languages, formats))
    else:
        report = _make(given, config, stretch, tell)
    folder = given.out.expanduser().absolute() if given.out else config.state_dir / FOLDER
    from proxy.report.publish import publish  # noqa: PLC0415 - after the other process' end

    return publish(report, languages, formats, folder, tell=tell)


def _words(
    given: argparse.Namespace,
    languages: tuple[ReportLanguage, ...],
    formats: tuple[ReportFormat, ...],
) -> list[str]:
    """The options that ask for the same report, so that progress counts the same steps."""
    one = ["--lang", languages[0]] if len(languages) == 1 else []
    frame = ["--cadre", given.cadre] if given.cadre else []
    return [*given.period, *one, *frame, "--format", ",".join(formats)]


def _make(
    given: argparse.Namespace, config: Config, stretch: Stretch, tell: Callable[[str], None]
) -> Report:
    # Here alone: a process that only prints does without all that the ledger loads.
    from proxy.ledger import Ledger, LedgerError, url_of  # noqa: PLC0415
    from proxy.report.make import make  # noqa: PLC0415

    timezone = config.settings.timezone
    try:
        with Ledger.open(url_of(config), timezone=timezone, create=False) as ledger:
            return make(ledger, config, stretch, now=time.time(), cadre=given.cadre, tell=tell)
    except LedgerError as error:
        raise _UnreadableError(str(error)) from error


class _UnreadableError(Exception):
    """The ledger cannot be read; the message says why."""


def _stretch(given: argparse.Namespace, tz: ZoneInfo) -> Stretch:
    from proxy.report.period import PeriodError, parse_month, parse_year  # noqa: PLC0415

    match given.period:
        case ["annual", year]:
            return parse_year(year, tz, time.time())
        case [month] if month != "annual":
            if given.cadre:
                raise PeriodError("--cadre is for annual reports: jauge report annual 2026")
            return parse_month(month, tz, time.time())
        case _:
            raise PeriodError("expected a month such as 2026-10, or: annual 2026")


def _formats(text: str | None) -> tuple[ReportFormat, ...]:
    from proxy.config.part import ReportFormat  # noqa: PLC0415
    from proxy.report.period import PeriodError  # noqa: PLC0415

    known: tuple[ReportFormat, ...] = get_args(ReportFormat)
    if text is None:
        return ()
    wanted = [one.strip().lower() for one in text.split(",")]
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise PeriodError(
            f"--format: no such format: {unknown[0][:20]!r}; there are {', '.join(known)}"
        )
    return tuple(one for one in known if one in wanted)


def _steps(languages: tuple[ReportLanguage, ...], formats: tuple[ReportFormat, ...]) -> int:
    """How many steps `tell` will hear of."""
    from proxy.report.steps import FIGURES  # noqa: PLC0415

    return len(FIGURES) + _printed(languages, formats)


def _printed(languages: tuple[ReportLanguage, ...], formats: tuple[ReportFormat, ...]) -> int:
    """Those of them that print."""
    rendered = [one for one in formats if one != "json"]
    return len(languages) * len(rendered) + ("json" in formats)


def _progress(name: str, steps: int, before: int = 0) -> Callable[[str], None]:
    """A line that says how far it got: on a terminal one that is overwritten."""
    done = [before]
    on_terminal = sys.stderr.isatty()

    def tell(step: str) -> None:
        done[0] += 1
        line = f"report {name}: {done[0]} of {steps}, {step}"
        start, end = ("\r\x1b[K", "") if on_terminal else ("", "\n")
        print(f"{start}{line}", end=end, file=sys.stderr, flush=True)

    return tell
