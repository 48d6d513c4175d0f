"""Restate the past: every impact anew by another factor set, and why the figures changed.

What was said before stays in the ledger. Reports read the restatement once it is finished.
Hours whose exchanges were purged are worked out from their sums and marked approximate.
It may be broken off (Ctrl-C) and goes on when it is called again; calling it again when it
is finished changes nothing. The hour under way is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from proxy.config import Config
    from proxy.restate import Outcome
    from proxy.restate.run import Step

__all__ = ["options", "run"]


class PeriodError(ValueError):
    """A period that cannot be restated; the message says what was expected."""


TOLD_S = 1.0
"""Seconds between two lines of progress."""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare set, period and form."""
    parser.add_argument(
        "--factor-set",
        metavar="NAME",
        help="an archived set (`jauge factors list`); default: the current one",
    )
    parser.add_argument(
        "--since",
        metavar="TIME",
        help="first moment restated: a month (2026-10), a date or an instant, local time; "
        "default: the beginning",
    )
    parser.add_argument(
        "--until", metavar="TIME", help="first moment left out; default: the hour under way"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print the change, and write nothing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def run(given: argparse.Namespace) -> int:
    """Restate and explain; progress goes to standard error."""
    config = config_of(given)
    from proxy.impact import FactorError  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.ledger import LedgerError  # noqa: PLC0415
    from proxy.restate.text import as_data, as_text  # noqa: PLC0415

    try:
        period = _period(given, config)
        outcome = _recompute(given, config, period)
    except (PeriodError, FactorError) as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 2
    except LedgerError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(as_data(outcome), ensure_ascii=False, indent=2))
    else:
        print(as_text(outcome, _timezone(config)))
    return 0


def _recompute(given: argparse.Namespace, config: Config, period: tuple[float, float]) -> Outcome:
    from proxy.impact.estimate import own_hosts  # noqa: PLC0415
    from proxy.impact.factors import load  # noqa: PLC0415
    from proxy.ledger import Ledger, url_of  # noqa: PLC0415
    from proxy.restate import recompute  # noqa: PLC0415

    target = load(given.factor_set)
    ledger = Ledger.open(url_of(config), timezone=config.settings.timezone, create=False)
    with ledger:
        return recompute(
            ledger,
            target,
            *period,
            own=own_hosts(config),
            write=not given.dry_run,
            tell=_progress(),
        )


def _period(given: argparse.Namespace, config: Config) -> tuple[float, float]:
    """Unix times, from the options. Raises PeriodError."""
    from proxy.ledger.intake import hour_of  # noqa: PLC0415

    since = 0.0 if given.since is None else _instant("--since", given.since, config)
    now = float(hour_of(time.time()))
    until = now if given.until is None else min(now, _instant("--until", given.until, config))
    if until <= since:
        raise PeriodError("--until: nothing lies between --since and there that is over")
    return since, until


def _instant(option: str, text: str, config: Config) -> float:
    from proxy.ledger.periods import parse_instant  # noqa: PLC0415

    try:
        return parse_instant(text, _timezone(config))
    except ValueError:
        raise PeriodError(
            f"{option}: expected a month, a date or an instant, as 2026-10 or 2026-10-31T08:00"
        ) from None


def _timezone(config: Config) -> ZoneInfo:
    from proxy.ledger.periods import zone  # noqa: PLC0415

    return zone(config.settings.timezone)


def _progress() -> Callable[[Step], None]:
    """A line that says how far it got: on a terminal one that is overwritten."""
    last = [0.0]
    ends = "\r" if sys.stderr.isatty() else "\n"

    def tell(step: Step) -> None:
        finished = step.done_hours >= step.all_hours
        now = time.monotonic()
        if finished or now - last[0] > TOLD_S:
            last[0] = now
            end = "\n" if finished else ends
            print(f"{step.done_hours} of {step.all_hours} hours", end=end, file=sys.stderr)

    return tell
