"""The files of a report: names, formats, and how they get to the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args

from proxy.report.encode import encode
from proxy.report.model import Report
from proxy.report.render.blocks import Document
from proxy.report.render.document import document
from proxy.report.render.html import html
from proxy.report.render.pdf import pdf
from proxy.report.render.say import Say
from proxy.report.render.tables import TABLES, csv_text, file_name
from proxy.texts import Lang

__all__ = ["FORMATS", "Format", "contents", "render"]

Format = Literal["html", "pdf", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)

type Told = Callable[[Format], None]


def _html(_: Report, lang: Lang, made: Document) -> Iterator[tuple[str, bytes]]:
    yield f"report.{lang}.html", html(made).encode()


def _pdf(_: Report, lang: Lang, made: Document) -> Iterator[tuple[str, bytes]]:
    yield f"report.{lang}.pdf", pdf(made)


def _csv(report: Report, lang: Lang, _: Document) -> Iterator[tuple[str, bytes]]:
    say = Say(lang)
    for name, make in TABLES.items():
        sheet = make(report, say)
        if sheet.rows:
            text = csv_text(sheet, say, simulated=report.head.simulated)
            yield file_name(name, lang), text.encode()


def _json(report: Report, _lang: Lang, _made: Document) -> Iterator[tuple[str, bytes]]:
    yield "report.json", encode(report)


_WRITERS: dict[Format, Callable[[Report, Lang, Document], Iterable[tuple[str, bytes]]]] = {
    "html": _html,
    "pdf": _pdf,
    "csv": _csv,
    "json": _json,
}


def contents(
    report: Report, lang: Lang, formats: Iterable[Format], tell: Told = lambda _: None
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file, the same for the same report; `tell` gets each format."""
    made = document(report, lang)
    for name in formats:
        tell(name)
        yield from _WRITERS[name](report, lang, made)


def render(
    report: Report,
    lang: Lang,
    formats: Iterable[Format],
    out_dir: Path,
    tell: Told = lambda _: None,
) -> list[Path]:
    """Write the files into `out_dir`, made where it is missing, and give their paths.

    Each file is replaced whole: a reader meets the old one or the new one. `tell` gets each
    format before it is made. Raises OSError and typst.TypstError.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in contents(report, lang, formats, tell):
        path = out_dir / name
        waiting = out_dir / f".{name}.{os.getpid()}"
        try:
            waiting.write_bytes(content)
            waiting.replace(path)
        finally:
            waiting.unlink(missing_ok=True)
        written.append(path)
    return written
