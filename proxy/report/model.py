"""The report: one model, from which HTML, PDF, CSV and report.json are made.

Data only: numbers with units, ranges, denominators and sources; keys, and names that the
town hall typed in. No sentence: the catalogues of `proxy.texts` hold those, in French and
in English. docs/operate/reports.md tells readers of report.json what each part means; its
JSON schema is config/schema/report.json.
"""

from __future__ import annotations

from typing import Literal

from proxy.report.figures import Amount, Part
from proxy.report.model_answers import Bias, Toxicity
from proxy.report.model_cost import Change, Footprint, GlassOfWater, OwnCost
from proxy.report.model_people import Agents, Charter, Elus, Exposure, Reen
from proxy.report.model_uses import Adoption, Applications, Coverage, Incidents, Uses

__all__ = [
    "SCHEMA_VERSION",
    "FactorSetUse",
    "FileHash",
    "Head",
    "Method",
    "Period",
    "Report",
    "RestatedMonth",
    "Restatement",
]

SCHEMA_VERSION = 1
"""Raised when a reader of report.json would break; new keys alone do not raise it."""


class Period(Part, frozen=True):
    """What the report is about."""

    kind: Literal["month", "year"]
    name: str
    """2026-10, or 2026."""
    since: str
    until: str
    """ISO 8601 with offset, town hall's time: first moment in it, first one after it."""
    timezone: str
    months: tuple[str, ...]
    """Of the period, those that had begun when the data end."""
    observed_months: tuple[str, ...]
    """Those that the ledger holds anything of."""
    complete: bool
    """False where the data end before the period does."""


class Head(Part, frozen=True):
    """What stands on every page."""

    organisation: str
    simulated: bool
    """Data made up by a simulation: every page must say so."""
    period: Period
    data_until: str
    """ISO 8601: the last moment that the data speak of; the report's date. Not the clock:
    the same data give the same bytes."""
    empty: bool
    """Nothing was recorded in the period."""
    k: int
    """Departments of fewer agents are shown together."""
    product_version: str


class FactorSetUse(Part, frozen=True):
    """A factor set that figures of the period rest on."""

    name: str
    """Version and hash: 2026.11-5507575d."""
    origin: str
    """live, restated, approximate."""
    requests: int


class FileHash(Part, frozen=True):
    """A file of figures as it was used."""

    file: str
    """Below config/."""
    sha256: str


class RestatedMonth(Part, frozen=True):
    """An earlier month, as first said and as said now."""

    month: str
    energy_before: Amount
    energy: Amount
    water_before: Amount
    water: Amount
    ghg_before: Amount
    ghg: Amount


class Restatement(Part, frozen=True):
    """One finished restatement of the past."""

    number: int
    factor_set: str
    since: str
    until: str
    finished: str
    """Dates, town hall's time."""


class Method(Part, frozen=True):
    """The annex: what an expert needs to recompute the report."""

    factor_sets: tuple[FactorSetUse, ...]
    current_set: str
    files: tuple[FileHash, ...]
    equivalents_release: str
    classifiers: tuple[str, ...]
    """name/version/threshold set."""
    rules: tuple[str, ...]
    """adoption-1, change-1, decision-2, sensitivity-1."""
    restatements: tuple[Restatement, ...]
    restated_months: tuple[RestatedMonth, ...]
    rows_kept: bool
    """Whether the exchanges of the period are still there: then `jauge recompute` is exact,
    else it works from sums."""
    own_hosts: tuple[str, ...] = ()
    """Tools or providers whose machines the town hall runs itself."""


class Report(Part, frozen=True):
    """One month, or one year."""

    schema_version: int
    head: Head
    coverage: Coverage
    uses: Uses
    adoption: Adoption
    applications: Applications
    footprint: Footprint
    glass: GlassOfWater
    toxicity: Toxicity
    bias: Bias
    change: Change
    incidents: Incidents
    own: OwnCost
    charter: Charter
    exposure: Exposure
    elus: Elus
    agents: Agents
    method: Method
    reen: Reen | None = None
    """Of an annual report with --cadre reen."""
