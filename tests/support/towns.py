"""Small town halls with a ledger of their own, for tests of the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from proxy.config import SHIPPED, Config, load
from proxy.ledger import Entry, Ledger
from proxy.records import Finding
from proxy.report.catalogues import Catalogues, load_catalogues
from proxy.report.make import make
from proxy.report.model import Report
from proxy.report.period import Stretch, parse_month
from tests.support.ledger import finding, impact, open_ledger, plain

__all__ = ["AFTER", "PARIS", "at", "config", "entry", "ledger_with", "monthly", "report_of"]

PARIS = ZoneInfo("Europe/Paris")
AFTER = datetime(2026, 11, 27, 12, tzinfo=PARIS).timestamp()
"""When the reports are made: October 2026 is over, November is not."""

ORGANISATION = """
name: Petite-Ville
departments:
  - {name: dsi, label: Informatique, headcount: 10, filiere: technique, women: 0.3,
     categories: {a: 0.5, b: 0.3, c: 0.2}, trained: 6}
  - {name: etat-civil, label: État civil, headcount: 20, filiere: administrative, women: 0.8,
     categories: {a: 0.1, b: 0.4, c: 0.5}, trained: 2}
  - {name: cabinet, label: Cabinet, headcount: 3, filiere: administrative, women: 0.5,
     categories: {a: 1}, trained: 1}
  - {name: archives, label: Archives, headcount: 4, filiere: culturelle, women: 0.5,
     categories: {a: 0.25, b: 0.25, c: 0.5}, trained: 0}
tools:
  - {tool: le-chat, sanction: sanctioned}
  - {tool: chatgpt, sanction: tolerated}
applications:
  - {name: guichet, label: Guichet, department: cabinet, faces: resident,
     recognise: {networks: [10.0.0.1]}}
charter: {version: "1", adopted: "2026-03-02"}
"""


def config(folder: Path, organisation: str = ORGANISATION) -> Config:
    """A configuration in a folder of its own; the ledger is the one of `open_ledger`."""
    (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
    (folder / "jauge.yaml").write_text(f"state_dir: {folder}\n", encoding="utf-8")
    return load(folder / "jauge.yaml", [])


@cache
def catalogues() -> Catalogues:
    """The shipped ones, read once for all tests."""
    return load_catalogues(load(SHIPPED / "jauge.yaml", []))


def at(day: int, hour: int = 10, month: int = 10, year: int = 2026) -> float:
    return datetime(year, month, day, hour, tzinfo=PARIS).timestamp()


def entry(
    when: float, scale: float = 1.0, *, found: Finding | None = None, **fields: object
) -> Entry:
    """One exchange with an impact of `scale`; its own department, tool... as given."""
    sanctions = {"le-chat": "sanctioned", "chatgpt": "tolerated"}
    tool = str(fields.get("tool", "le-chat"))
    base = {
        "department": "dsi",
        "channel": "web",
        "sanction": sanctions.get(tool, "unknown"),
        "model": "mistral-small-latest",
    }
    exchange = msgspec.structs.replace(plain(when), **(base | fields))
    zone = str(fields.pop("zone", "FRA"))
    plain_finding = finding(scores={}, flags=(), windows_scored=1, windows=1)
    return Entry(exchange, impact(scale, zone=zone), found or plain_finding)


def ledger_with(folder: Path, entries: Iterable[Entry] = ()) -> Ledger:
    """A ledger that holds these; the caller closes it."""
    ledger = open_ledger(folder, now=AFTER)
    ledger.write(list(entries))
    return ledger


def report_of(ledger: Ledger, town: Config, period: Stretch, **options: object) -> Report:
    """A report made at `AFTER`, or when `now` says."""
    given = {"now": AFTER, "catalogues": catalogues()} | options
    return make(ledger, town, period, **given)  # type: ignore[arg-type]


def monthly(
    folder: Path, entries: Iterable[Entry] = (), month: str = "2026-10", **options: object
) -> Report:
    """The report of a month of a town whose ledger holds these."""
    with ledger_with(folder, entries) as ledger:
        period = parse_month(month, PARIS, AFTER)
        return report_of(ledger, config(folder), period, **options)
