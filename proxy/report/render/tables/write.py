"""The list of tables, and how a sheet becomes the text of a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from proxy.report.model import Report
from proxy.report.render.say import Say
from proxy.report.render.tables.costs import (
    answers,
    beges,
    change,
    comparisons,
    factors,
    footprint,
    glass,
    reen,
)
from proxy.report.render.tables.sheet import Cell, Sheet
from proxy.report.render.tables.uses import (
    applications,
    coverage,
    exposure,
    incidents,
    months,
    uses,
)
from proxy.spreadsheet import harmless
from proxy.texts import Lang

__all__ = ["TABLES", "csv_text", "file_name"]

TABLES: dict[str, Callable[[Report, Say], Sheet]] = {
    "coverage": coverage,
    "uses": uses,
    "months": months,
    "applications": applications,
    "footprint": footprint,
    "glass": glass,
    "beges": beges,
    "change": change,
    "answers": answers,
    "comparisons": comparisons,
    "exposure": exposure,
    "incidents": incidents,
    "factors": factors,
    "reen": reen,
}
"""By the name of the file. A table without rows is not written."""

_BOM = "\ufeff"


def file_name(table: str, lang: Lang) -> str:
    """The name of its file: uses.fr.csv."""
    return f"{table}.{lang}.csv"


def csv_text(sheet: Sheet, say: Say, *, simulated: bool) -> str:
    """The whole file: RFC 4180, line ends CRLF; simulated data say so in every row."""
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out, delimiter=";" if say.lang == "fr" else ",", lineterminator="\r\n")
    names = [say.t(f"csv.column.{key}") for key in sheet.columns]
    mark = [say.t("csv.column.simulated")] if simulated else []
    writer.writerow([*names, *mark])
    yes = [say.t("csv.yes")] if simulated else []
    for row in sheet.rows:
        writer.writerow([*(_cell(cell, say.lang) for cell in row), *yes])
    return out.getvalue()


def _cell(value: Cell, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    shown = str(value) if isinstance(value, int) else format(value, ".12g")
    return shown.replace(".", ",") if lang == "fr" else shown
