"""The reports that lie in the state folder: which there are, and how they are handed out.

Only names that a report can have are looked for, in folders that a period can have: no
name from an address is ever joined to a path unseen. Links are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FOLDER", "MEDIA", "Report", "ReportFile", "find", "policy", "reports"]

FOLDER = "reports"
"""In the state folder."""
MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
"""Kinds of files that are listed and handed out."""
_PERIOD = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?\Z", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z", re.ASCII)
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One file of a report."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """The files of one period."""

    period: str
    """2026-10, or 2026."""
    files: tuple[ReportFile, ...]


def reports(state_dir: Path) -> list[Report]:
    """Every report, the newest period first; a folder that cannot be read holds none."""
    found = [Report(folder.name, tuple(_files(folder))) for folder in _folders(state_dir / FOLDER)]
    return sorted((one for one in found if one.files), key=_end, reverse=True)


def _end(one: Report) -> str:
    """By the end of the period: a year comes after its December."""
    return one.period if "-" in one.period else f"{one.period}-13"


def find(state_dir: Path, period: str, name: str) -> Path | None:
    """The file of that name in the report of that period; None where there is none."""
    if not _PERIOD.match(period) or not _is_name(name):
        return None
    folder = state_dir / FOLDER / period
    file = folder / name
    return file if _is_folder(folder) and _is_file(file) else None


def policy(html: bytes) -> str:
    """The Content Security Policy of a report's own page: its style sheets, by their hash.

    It is a file by itself: nothing in it may run, and nothing may be fetched.
    """
    hashes = (hashlib.sha256(style).digest() for style in _STYLE.findall(html))
    styles = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in hashes) or "'none'"
    return (
        f"default-src 'none'; style-src {styles}; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    )


def _folders(root: Path) -> Iterator[Path]:
    if _is_folder(root):
        yield from (one for one in root.iterdir() if _PERIOD.match(one.name) and _is_folder(one))


def _files(folder: Path) -> Iterator[ReportFile]:
    for file in sorted(folder.iterdir()):
        if _is_name(file.name) and _is_file(file):
            yield ReportFile(file.name, file.stat().st_size)


def _is_name(name: str) -> bool:
    return bool(_FILE.match(name)) and Path(name).suffix in MEDIA


def _is_folder(path: Path) -> bool:
    return _kind(path, stat.S_ISDIR)


def _is_file(path: Path) -> bool:
    return _kind(path, stat.S_ISREG)


def _kind(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Whether it is there and of that kind itself, not by way of a link."""
    try:
        return is_kind(path.lstat().st_mode)
    except OSError:
        return False
