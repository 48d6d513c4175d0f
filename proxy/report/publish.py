"""Puts a report on disk: whole or not at all.

Everything is made in a folder of its own beside the old files and moved into their place
at the end, file by file: whatever fails before that (a full disk above all) leaves what
was there. The files are those of `proxy.report.render`, and report.json.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from proxy.config.part import ReportFormat, ReportLanguage
from proxy.report.encode import encode
from proxy.report.folder import JSON
from proxy.report.model import Report
from proxy.spool.faults import fault_name

__all__ = ["PublishError", "publish"]

_PREFIX = ".making-"
LEFT_S = 3600.0
"""Age from which a folder of that prefix was left behind."""

type Tell = Callable[[str], None]
type Render = Callable[[Report, ReportLanguage, Sequence[ReportFormat], Path, Tell], object]
"""Writes the formats of one language into a folder, and tells each before it is made."""


class PublishError(OSError):
    """The files could not be written; the message says where, why and what to do."""


def publish(  # noqa: PLR0913 - what is written, where and how
    report: Report,
    languages: Sequence[ReportLanguage],
    formats: Sequence[ReportFormat],
    folder: Path,
    *,
    tell: Tell = lambda _: None,
    render: Render | None = None,
) -> list[Path]:
    """Write a report into folder/<period>; the files, in the order of their names.

    `tell` gets "<language> <format>" before each is made. Raises PublishError.
    """
    place = folder / report.head.period.name
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o750)
        _sweep(place)
        making = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    except OSError as error:
        raise _cannot(place, error) from error
    try:
        _make(report, languages, formats, making, tell, render or _render)
        return _move(making, place)
    except OSError as error:
        raise _cannot(place, error) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _make(  # noqa: PLR0913, PLR0917 - what is made, where and how
    report: Report,
    languages: Sequence[ReportLanguage],
    formats: Sequence[ReportFormat],
    making: Path,
    tell: Tell,
    render: Render,
) -> None:
    rendered = [one for one in formats if one != "json"]
    for language in languages if rendered else ():
        render(report, language, rendered, making, _told(tell, language))
    if "json" in formats:
        tell("json")
        (making / JSON).write_bytes(encode(report))


def _told(tell: Tell, language: ReportLanguage) -> Tell:
    return lambda name: tell(f"{language} {name}")


def _render(
    report: Report,
    language: ReportLanguage,
    formats: Sequence[ReportFormat],
    out: Path,
    tell: Tell,
) -> object:
    # Typst and the charts are loaded only where a report is printed.
    return import_module("proxy.report.render").render(report, language, formats, out, tell)


def _move(making: Path, place: Path) -> list[Path]:
    """Every made file in its place, on the disk before the move."""
    made = sorted(path for path in making.rglob("*") if path.is_file())
    for path in made:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    moved = []
    for path in made:
        target = place / path.relative_to(making)
        target.parent.mkdir(exist_ok=True, mode=0o750)
        moved.append(path.replace(target))
    return moved


def _sweep(place: Path) -> None:
    """Remove what a killed run left half-made; another run may be at work now."""
    for path in place.glob(f"{_PREFIX}*"):
        if path.stat().st_mtime < time.time() - LEFT_S:
            shutil.rmtree(path, ignore_errors=True)


def _cannot(place: Path, error: OSError) -> PublishError:
    return PublishError(
        f"cannot write the report into {place} ({fault_name(error)}); what was there before "
        "is as it was. Make room, or name another folder with --out."
    )
