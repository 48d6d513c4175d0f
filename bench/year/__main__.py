"""`make demo-report`: a simulated year, and its reports in both languages and all formats.

It has a folder of its own, var/demo-report, and never touches the real ledger. Every page
of these reports says that the data are simulated.
"""

from __future__ import annotations

import argparse
import shutil
from datetime import datetime
from pathlib import Path

from bench.year.fill import fill, finder
from bench.year.town import YEAR
from proxy.config import SHIPPED, Config, load
from proxy.config.part import ReportFormat
from proxy.ledger import Ledger, url_of
from proxy.report.folder import FOLDER
from proxy.report.make import make
from proxy.report.model import Report
from proxy.report.period import parse_month, parse_year
from proxy.report.publish import publish

STATE = Path("var/demo-report")
MONTHS = (9, 10)
"""One whose factors changed; one in which departments appear and vanish."""
FORMATS: tuple[ReportFormat, ...] = ("html", "pdf", "csv", "json")
ONLY_JSON: tuple[ReportFormat, ...] = ("json",)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make demo-report", description=__doc__)
    parser.add_argument("--state", type=Path, default=STATE, help=f"folder (default {STATE})")
    parser.add_argument("--only-json", action="store_true", help="make report.json alone")
    given = parser.parse_args()
    shutil.rmtree(given.state, ignore_errors=True)
    config = load(SHIPPED / "jauge.yaml", [f"state_dir={given.state}"])
    formats = ONLY_JSON if given.only_json else FORMATS
    for report in reports(config):
        print(f"making {report.head.period.name}")
        made = publish(
            report,
            ("fr", "en"),
            formats,
            config.state_dir / FOLDER,
        )
        for path in made:
            print(path)


def reports(config: Config) -> list[Report]:
    """The year, filled and reported on."""
    config.state_dir.mkdir(parents=True, exist_ok=True)
    zone = config.zone
    clock = [datetime(YEAR, 1, 1, tzinfo=zone).timestamp()]
    timezone = config.settings.timezone
    with Ledger.open(url_of(config), timezone=timezone, clock=lambda: clock[0]) as ledger:
        fill(ledger, clock, zone, lambda month: print(f"simulating {month}"))
        now = clock[0]
        months = [parse_month(f"{YEAR}-{number:02d}", zone, now) for number in MONTHS]
        made = [make(ledger, config, one, now=now, find=finder()) for one in months]
        year = parse_year(str(YEAR), zone, now)
        return [*made, make(ledger, config, year, now=now, cadre="reen", find=finder())]


if __name__ == "__main__":
    main()
