"""From facts to the report: SECTIONS is the table of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proxy import __version__
from proxy.config import Config
from proxy.impact.factors import load
from proxy.ledger import Ledger
from proxy.report.catalogues import Catalogues
from proxy.report.facts import Facts, FindSet, Told, gather
from proxy.report.figures import Part
from proxy.report.model import SCHEMA_VERSION, Head, Period, Report
from proxy.report.period import Stretch
from proxy.report.sections.adoption import adoption
from proxy.report.sections.agents import agents
from proxy.report.sections.applications import applications
from proxy.report.sections.bias import bias
from proxy.report.sections.change import change
from proxy.report.sections.charter import charter
from proxy.report.sections.coverage import coverage
from proxy.report.sections.elus import elus
from proxy.report.sections.exposure import exposure
from proxy.report.sections.footprint import footprint
from proxy.report.sections.glass import glass
from proxy.report.sections.incidents import incidents
from proxy.report.sections.method import method
from proxy.report.sections.own import own
from proxy.report.sections.reen import reen
from proxy.report.sections.toxicity import toxicity
from proxy.report.sections.uses import uses

__all__ = ["SECTIONS", "head", "make"]

SECTIONS: dict[str, Callable[[Facts], Part]] = {
    "coverage": coverage,
    "uses": uses,
    "adoption": adoption,
    "applications": applications,
    "footprint": footprint,
    "glass": glass,
    "toxicity": toxicity,
    "bias": bias,
    "change": change,
    "incidents": incidents,
    "own": own,
    "charter": charter,
    "exposure": exposure,
    "elus": elus,
    "agents": agents,
    "method": method,
}
"""Field of `Report` to what makes it, coverage first."""


def make(  # noqa: PLR0913 - what it is made from, and how
    ledger: Ledger,
    config: Config,
    stretch: Stretch,
    *,
    now: float,
    cadre: str | None = None,
    find: FindSet = load,
    catalogues: Catalogues | None = None,
    tell: Told = lambda _: None,
) -> Report:
    """The report of a month or a year, from the roll-ups alone.

    `now` (Unix time) only tells whether the period is over: the same data give the same
    report. `find` gives an earlier factor set by its name, or raises FactorError. `catalogues`
    may be shared by several reports of one configuration. `tell`
    gets the key of each step. Raises LedgerError, FactorError, CatalogueError, ConfigError.
    """
    facts = gather(ledger, config, stretch, now=now, find=find, catalogues=catalogues, tell=tell)
    parts: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        tell(name)
        parts[name] = section(facts)
    if cadre == "reen":
        parts["reen"] = reen(facts)
    return Report(schema_version=SCHEMA_VERSION, head=head(facts), **parts)


def head(facts: Facts) -> Head:
    """What stands on every page."""
    stretch = facts.stretch
    begun = [one for one in stretch.months if one.bounds(facts.tz)[0] < facts.data_until]
    observed = [one for one in begun if _observed(facts, one.bounds(facts.tz))]
    return Head(
        organisation=facts.config.organisation.name,
        simulated=facts.simulated,
        period=Period(
            kind=stretch.kind,
            name=stretch.name,
            since=facts.iso(stretch.since),
            until=facts.iso(stretch.until),
            timezone=facts.config.settings.timezone,
            months=tuple(map(str, begun)),
            observed_months=tuple(map(str, observed)),
            complete=facts.complete,
        ),
        data_until=facts.iso(facts.data_until),
        empty=not facts.now.requests,
        k=facts.config.settings.privacy.k,
        product_version=__version__,
    )


def _observed(facts: Facts, bounds: tuple[float, float]) -> bool:
    """Whether the ledger holds any exchange of a month."""
    return any(bool(one.cells) for one in facts.trend.values() if (one.since, one.until) == bounds)
