"""What was seen and what it was used for: coverage, uses, adoption, applications, incidents."""

from __future__ import annotations

from typing import Literal

from proxy.exchange import Faces
from proxy.report.figures import Amount, Part, Share

__all__ = [
    "Adoption",
    "ApplicationUse",
    "Applications",
    "Breakdown",
    "Coverage",
    "CoverageLine",
    "Incident",
    "Incidents",
    "Novelty",
    "Phase",
    "PhaseOf",
    "TrendPoint",
    "UndeclaredClient",
    "UseLine",
    "Uses",
]

Phase = Literal["none", "diffuse", "experimental", "general"]
Novelty = Literal["", "new", "gone"]


class CoverageLine(Part, frozen=True):
    """One thing that was seen and measured, or seen and not measured."""

    key: str
    """Of COVERAGE_KEYS, or `<group>/<value>` where it details one of them."""
    count: int
    unit: str
    """requests, connections, answers, records."""
    whole: int | None = None
    """What it is to be held against, in the same unit; None where nothing was countable."""


class Coverage(Part, frozen=True):
    """Printed first: what the figures that follow stand on."""

    lines: tuple[CoverageLine, ...]
    """seen, recorded, undecrypted, passed, unparsed, without_impact, unscored, lost, in
    this order and all of them, zeros included."""
    parse: tuple[CoverageLine, ...]
    """Requests by how far their bytes could be read (`parse/ok`, `parse/partial`, ...)."""
    tokens: tuple[CoverageLine, ...]
    """Requests by where their output tokens come from (`tokens/reported`, ...)."""
    words: tuple[CoverageLine, ...]
    """Requests by what became of their words (`words/sent`, `words/off`, ...)."""
    scores: tuple[CoverageLine, ...]
    """Answers by outcome of the scoring (`scores/scored`, `scores/off`, ...)."""
    hours_watched: float
    """Hours of the period in which the auditor is known to have run."""
    hours_with_requests: int
    hours: int
    """Hours of the period that were over when the data end."""


class UseLine(Part, frozen=True):
    """Uses and footprint of one tool, model, department... Never of a person."""

    key: str
    """Slug; "" where the dimension says nothing; "autres" for merged departments."""
    label: str
    """Name that readers see, where the configuration or the catalogue has one; else ""."""
    requests: int
    whole: int
    """Requests of the whole period."""
    input_tokens: int
    output_tokens: int
    energy: Amount
    water: Amount
    ghg: Amount
    requests_before: int | None = None
    """Of the period before; None where that was not observed at all."""
    novelty: Novelty = ""
    """new: not there the period before; gone: there, and no more."""
    headcount: int | None = None
    """Agents, for departments that declare it."""


class Breakdown(Part, frozen=True):
    """All requests, by one dimension."""

    by: str
    """tool, model, department, channel, sanction, operation, faces, status."""
    lines: tuple[UseLine, ...]
    """Most requests first, then by key."""


class TrendPoint(Part, frozen=True):
    """One month of the last thirteen."""

    month: str
    """2026-10."""
    observed: bool
    """False where the ledger holds nothing of that month: no zero, a hole."""
    requests: int
    sanctioned: Share
    energy: Amount
    water: Amount
    ghg: Amount
    phase: Phase = "none"
    gaps: int = 0
    """Everything in it that was seen and not measured."""
    factor_sets: tuple[str, ...] = ()


class Uses(Part, frozen=True):
    """How much, by whom together, with what."""

    requests: int
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    images: int
    audio_s: float
    headcount: int
    """Agents that organisation.yaml declares; 0 where it declares none."""
    requests_per_100_agents: float | None
    """Of the staff: without applications that answer residents."""
    breakdowns: tuple[Breakdown, ...]
    trend: tuple[TrendPoint, ...]
    """Oldest first; the last one is the period, or its last month."""
    merged_departments: int
    """How many departments stand behind "autres"."""
    tools_unclassified: tuple[str, ...] = ()
    """Tools that were used and of which the charter says nothing."""


class PhaseOf(Part, frozen=True):
    """The phase of one earlier month."""

    month: str
    phase: Phase


class Adoption(Part, frozen=True):
    """Which phase of adoption the town hall is in; docs/method/adoption.md holds the rule."""

    phase: Phase
    rule: str
    """Version of the rule, such as "adoption-1"."""
    sanctioned: Share
    """Requests to sanctioned tools of all requests."""
    equipped: Share
    """Departments (as shown, merged ones being one) that use sanctioned tools regularly."""
    sanctioned_from: float
    """The share from which uses count as sanctioned in the main."""
    equipped_experimental: float
    equipped_general: float
    """Shares of departments from which the phase is experimental, and general."""
    requests_per_agent: float
    """Sanctioned requests per agent and month from which a department counts as equipped."""
    history: tuple[PhaseOf, ...] = ()


class ApplicationUse(Part, frozen=True):
    """One declared application."""

    key: str
    label: str
    department: str
    """Label of the department that answers for it, or "autres"; "" where none does."""
    faces: Faces
    individual_decisions: bool | None
    """Whether its answers help to decide on a person's case; None where nobody said."""
    requests: int
    whole: int
    """Requests of all applications and people together."""
    scored: int
    """Its answers that were scored."""
    flagged: Share
    """Of those, with at least one flag; with interval."""
    energy: Amount
    ghg: Amount
    water: Amount
    duties: tuple[str, ...] = ()
    """Of DUTIES: what the law asks for (ai_act_50, crpa_l311_3_1)."""


class UndeclaredClient(Part, frozen=True):
    """Requests over an API that no declared application accounts for."""

    tool: str
    label: str
    department: str
    """Key of the department as shown, "autres", or "unknown"."""
    department_label: str
    requests: int


class Applications(Part, frozen=True):
    """Where programs call, and where a machine answers a resident directly."""

    declared: tuple[ApplicationUse, ...]
    """Those that answer residents first; silent ones too, with 0 requests."""
    undeclared: tuple[UndeclaredClient, ...]
    resident_requests: int
    """Requests of applications that answer residents."""
    api_requests: int
    """Requests over APIs; what `undeclared` is held against."""


class Incident(Part, frozen=True):
    """One kind of gap or failure."""

    key: str
    """Kind of gap (`tunnels`, `lost`, `clock`, ...) or status (`status/server_error`)."""
    count: int
    unit: str
    tools: tuple[str, ...]
    """Tools that it was counted for, most first."""
    days: int
    """Days on which it happened."""
    worst_day: str
    """2026-10-14: the day with the most; "" for statuses, which are summed by month."""
    worst_count: int
    labels: tuple[str, ...] = ()
    """Names of `tools` that readers see, in the same order; "" where the catalogue has none."""


class Incidents(Part, frozen=True):
    """What went wrong, or was not seen whole."""

    gaps: tuple[Incident, ...]
    failures: tuple[Incident, ...]
    """Requests that ended otherwise than well, by status."""
    forbidden_requests: int
    """To tools that the charter forbids; Jauge blocks nothing."""
