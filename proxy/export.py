"""`jauge exchanges`: the ledger's rows as JSON lines or CSV.

By default nothing in it points at a person: departments under k are merged, times (and
the time inside each id) are those of the hour, and references are left out. `raw` gives
the rows as they are, and notes who took them in the journal before the first is printed.

Memory is constant: rows go from the ledger's pages straight to the output.
"""

from __future__ import annotations

import csv
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Literal, TextIO
from zoneinfo import ZoneInfo

import msgspec

from proxy import journal
from proxy.config import Config
from proxy.exchange import ReportedFootprint
from proxy.ledger import Ledger, Row, url_of
from proxy.ledger.intake import context_class, hour_of
from proxy.ledger.periods import parse_instant
from proxy.ledger.schema import IMPACTS
from proxy.privacy import merge_small
from proxy.records import QUANTITIES, Finding, Impact
from proxy.spreadsheet import harmless

__all__ = ["COLUMNS", "RAW_COLUMNS", "ExportError", "OutputFormat", "Period", "period", "run"]

OutputFormat = Literal["jsonl", "csv"]

_EXCHANGE = (
    "application",
    "faces",
    "channel",
    "tool",
    "provider",
    "sanction",
    "edge",
    "wire_format",
    "operation",
    "model_asked",
    "model_answered",
    "model",
    "streamed",
    "status",
    "http_status",
    "error_type",
    "duration_s",
    "time_to_first_byte_s",
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "input_source",
    "output_source",
    "images",
    "audio_s",
    "prompt_chars",
    "answer_chars",
    "reasoning_chars",
    "prompt_language",
    "answer_language",
    "request_bytes",
    "response_bytes",
    "region",
    "parse_status",
    "words",
)
_REPORTED = ReportedFootprint.__struct_fields__
_BASIS = ("tier", "quality", "zone", "factor_set")
_FINDING = (
    "status",
    "classifier",
    "version",
    "threshold_set",
    "language",
    "windows_scored",
    "windows",
    "flags",
    "scores",
)

COLUMNS: tuple[str, ...] = (
    "id",
    "counted_at",
    "department",
    *_EXCHANGE,
    "context_class",
    *(f"reported_{name}" for name in _REPORTED),
    *IMPACTS,
    *_BASIS,
    *(f"finding_{name}" for name in _FINDING),
    "other_findings",
)
"""Keys of a JSON line and columns of the CSV, in this order; docs/operate/ledger.md says
what each means. New ones are added at the end."""

RAW_COLUMNS: tuple[str, ...] = (*COLUMNS, "started_at", "reference")
"""The same for an export with `raw`."""

_UNPLACED = "unknown"
"""Department of traffic that no rule places: nobody's headcount, so never merged."""

_exchange = attrgetter(*_EXCHANGE)
_reported = attrgetter(*_REPORTED)
_ranges = attrgetter(*QUANTITIES)
_basis = attrgetter(*_BASIS)
_finding = attrgetter(*_FINDING)
_NO_REPORT = ReportedFootprint()
_NO_IMPACT = (None,) * (len(IMPACTS) + len(_BASIS))
_NO_FINDING = (None,) * len(_FINDING)

_json = msgspec.json.Encoder().encode

type Shape = Callable[[Row], Sequence[object]]
"""Makes the values of a line, in the order of its columns."""


class ExportError(ValueError):
    """The period asked for makes no sense; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Period:
    """Unix times: the first moment taken and the first one not taken."""

    since: float
    until: float


def period(since: str | None, until: str | None, tz: ZoneInfo) -> Period:
    """The period between two texts: months (2026-10), dates, or ISO 8601 instants.

    Each names its first moment, so --since 2026-10 --until 2026-11 is October. Without
    one of them there is no bound on that side. Raises ExportError.
    """
    found = Period(
        -math.inf if since is None else _instant("since", since, tz),
        math.inf if until is None else _instant("until", until, tz),
    )
    if found.since >= found.until:
        raise ExportError(
            "--until must be later than --since; it names the first moment left out "
            "(October is --since 2026-10 --until 2026-11)"
        )
    return found


def _instant(option: str, text: str, tz: ZoneInfo) -> float:
    try:
        return parse_instant(text, tz)
    except (ValueError, OverflowError):
        raise ExportError(
            f"--{option}: expected a month (2026-10), a date (2026-10-31) or an instant "
            "(2026-10-31T12:00, or with an offset), got something else"
        ) from None


def _refuse_parts_of_hours(asked: Period, tz: ZoneInfo) -> None:
    """Raise ExportError for a bound within an hour.

    Narrower and narrower periods would tell the second of an exchange that is shown by its hour.
    """
    for option, at in (("since", asked.since), ("until", asked.until)):
        if math.isfinite(at) and not _is_full_hour(at, tz):
            raise ExportError(
                f"--{option}: expected a full hour, as in 2026-10-31T12:00: times are those of the "
                "hour. Add --raw, which is noted in the journal, for exact ones"
            )


def _is_full_hour(at: float, tz: ZoneInfo) -> bool:
    local = datetime.fromtimestamp(at, tz)
    return (local.minute, local.second, local.microsecond) == (0, 0, 0)


def run(  # noqa: PLR0913 - the options of a command
    config: Config,
    *,
    output_format: OutputFormat = "jsonl",
    since: str | None = None,
    until: str | None = None,
    raw: bool = False,
    out: Path | None = None,
    stream: TextIO | None = None,
) -> int:
    """Export exchanges to `out`, else to `stream`, else to standard output; how many.

    Raises ExportError for a senseless period, LedgerError (kind "absent" before anything
    was recorded), JournalError when a raw export cannot be noted, OSError for `out`.
    """
    asked = period(since, until, config.zone)
    if not raw:
        _refuse_parts_of_hours(asked, config.zone)
    printed = 0
    with Ledger.open(url_of(config), timezone=config.settings.timezone, create=False) as ledger:
        shape = _exact(config.zone) if raw else _discreet(config, ledger)
        if raw:
            _note(config, "exchanges --raw", asked, ledger.count(asked.since, asked.until))
        try:
            with _target(out, stream) as target:
                write = WRITERS[output_format](target, RAW_COLUMNS if raw else COLUMNS)
                for row in ledger.rows(asked.since, asked.until):
                    write(shape(row))
                    printed += 1
        finally:
            if raw:
                _note(config, "exchanges --raw ended", asked, printed)
    return printed


def _note(config: Config, what: str, asked: Period, rows: int) -> None:
    """Note in the journal who takes (or took) how many exact rows."""
    bounds = {
        name: _local(at, config.zone) if math.isfinite(at) else None
        for name, at in (("since", asked.since), ("until", asked.until))
    }
    journal.append(config.state_dir / journal.FILE, what, {**bounds, "rows": rows})


# What a line holds


def _exact(tz: ZoneInfo) -> Shape:
    """Rows as they are."""

    def shape(row: Row) -> Sequence[object]:
        exchange = row.exchange
        at = _local(row.counted_at, tz)
        values = _values(row, exchange.id, at, exchange.department)
        return (*values, exchange.started_at, exchange.reference)

    return shape


def _discreet(config: Config, ledger: Ledger) -> Shape:
    """Rows without what could point at a person."""
    headcounts = dict.fromkeys(ledger.distinct("department"), 0)
    headcounts |= {one.name: one.headcount for one in config.organisation.departments}
    headcounts.pop(_UNPLACED, None)
    shown = merge_small(headcounts, config.settings.privacy.k)
    tz = config.zone

    def shape(row: Row) -> Sequence[object]:
        hour = hour_of(row.counted_at)
        department = row.exchange.department
        return _values(
            row,
            _coarse_id(row.exchange.id, hour),
            _local(hour, tz),
            shown.get(department, department),
        )

    return shape


def _coarse_id(text: str, hour: int) -> str:
    """A UUIDv7 whose time is the hour's; its 74 random bits keep it unique."""
    stamp = f"{hour * 1000:012x}"
    return f"{stamp[:8]}-{stamp[8:]}{text[13:]}"


def _local(at: float, tz: ZoneInfo) -> str:
    """ISO 8601 with the local offset; milliseconds where there are any."""
    whole = "seconds" if at == int(at) else "milliseconds"
    return datetime.fromtimestamp(at, tz).isoformat(timespec=whole)


def _values(row: Row, key: str, at: str, department: str) -> tuple[object, ...]:
    """The values of `COLUMNS`."""
    exchange = row.exchange
    answer, others = _split(row.findings)
    return (
        key,
        at,
        department,
        *_exchange(exchange),
        context_class(exchange.input_tokens),
        *_reported(exchange.reported or _NO_REPORT),
        *(_NO_IMPACT if row.impact is None else _impact(row.impact)),
        *(_NO_FINDING if answer is None else _finding(answer)),
        others or None,
    )


def _impact(impact: Impact) -> Iterator[object]:
    for span in _ranges(impact):
        yield from (span.low, span.central, span.high)
    yield from _basis(impact)


def _split(findings: Sequence[Finding]) -> tuple[Finding | None, list[Finding]]:
    """The first finding about the answer, and all the others."""
    answer = next((one for one in findings if one.subject == "answer"), None)
    return answer, [one for one in findings if one is not answer]


# How a line is written


def _jsonl(target: TextIO, columns: Sequence[str]) -> Callable[[Sequence[object]], None]:
    def write(values: Sequence[object]) -> None:
        target.write(_json(dict(zip(columns, values, strict=True))).decode() + "\n")

    return write


def _csv(target: TextIO, columns: Sequence[str]) -> Callable[[Sequence[object]], None]:
    lines = csv.writer(target, lineterminator="\n")
    lines.writerow(columns)

    def write(values: Sequence[object]) -> None:
        lines.writerow([_cell(value) for value in values])

    return write


def _cell(value: object) -> object:
    """Empty for nothing, numbers as they are, true or false, JSON for what is not one value.

    A text that a spreadsheet would run has an apostrophe before it: models and references
    are what a client has sent.
    """
    if isinstance(value, str):
        return harmless(value)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return _json(value).decode()


WRITERS: dict[OutputFormat, Callable[[TextIO, Sequence[str]], Callable[[Sequence[object]], None]]]
WRITERS = {"jsonl": _jsonl, "csv": _csv}
"""Each writes what precedes the lines and gives the function that writes one."""


@contextmanager
def _target(out: Path | None, stream: TextIO | None) -> Iterator[TextIO]:
    """Where lines go; a file appears under its name only when it is whole."""
    if out is None:
        target = stream or sys.stdout
        yield target
        target.flush()
        return
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(file, "w", encoding="utf-8", newline="") as target:  # noqa: PTH123 - a descriptor
            yield target
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
