"""What the town hall decided and typed in: charter, training, exposure, goals, decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from proxy.report.figures import Amount, Part, Share, Span

__all__ = [
    "Agents",
    "Charter",
    "Decision",
    "Elus",
    "ElusFigure",
    "Exposure",
    "ExposureClass",
    "ExposureLine",
    "Objective",
    "Reen",
    "ToolPolicyLine",
]


class ToolPolicyLine(Part, frozen=True):
    """A tool, what the charter says of it, and how much it was used."""

    tool: str
    label: str
    sanction: str
    requests: int


class Charter(Part, frozen=True):
    """Progress of charter and training, as typed into organisation.yaml and as used."""

    version: str
    """Of the charter; "" where organisation.yaml names none."""
    adopted: str
    """Date, 2026-03-02; "" where none."""
    tools_classified: Share
    """Tools in use that the charter speaks of, of all tools in use."""
    sanctioned: Share
    """Requests to sanctioned tools."""
    sanctioned_before: Share | None
    tools: tuple[ToolPolicyLine, ...]
    trained: Share | None
    """Agents trained, of all; None where nobody typed it in."""
    training_target: float | None
    """Share of agents to be trained; None without a goal."""
    training_by: str
    """Date of the goal; ""."""


class ExposureClass(Part, frozen=True):
    """One class of the study: how many posts it touches how much."""

    key: str
    """untouched, little, concerned, very."""
    share: float
    """Of all posts."""


class ExposureLine(Part, frozen=True):
    """One department (as shown) or filière, by declared aggregates alone."""

    key: str
    label: str
    filiere: str
    """Of FILIERES; "" where not declared; "mixed" for merged departments of several."""
    headcount: int
    category_a: float | None
    category_b: float | None
    category_c: float | None
    """Shares, 0 to 1; None where not declared."""
    women: float | None
    """Share, 0 to 1."""
    touched: Amount | None
    """Agents whose posts the study would call touched, by category; None if undeclared."""
    trained: Share | None
    requests: int
    """Of the staff: without applications that answer residents."""
    requests_per_100_agents: float | None
    trained_per_touched: Span | None
    """Agents trained per agent touched."""


class Exposure(Part, frozen=True):
    """Use and training against the exposure of posts; never inferred from traffic."""

    declared: bool
    """False where organisation.yaml types in no aggregates: then there are no lines."""
    classes: tuple[ExposureClass, ...]
    category_a: Amount
    category_b: Amount
    category_c: Amount
    """Share of posts touched, by category."""
    source: str
    """The study with its date."""
    urls: tuple[str, ...]
    checked: str
    """Day on which somebody last compared the figures with the source."""
    corrections: tuple[str, ...]
    """Keys of what is said elsewhere and does not hold."""
    departments: tuple[ExposureLine, ...]
    filieres: tuple[ExposureLine, ...]
    whole: ExposureLine | None


class Objective(Part, frozen=True):
    """One goal of the strategy, its indicator, and what was measured."""

    id: str
    label_fr: str
    label_en: str
    indicator: str
    """Key of an indicator that Jauge measures, of INDICATORS."""
    target: float
    unit: str
    year: int
    measured: Amount | None
    """None where the indicator has no data."""
    reached: str
    """yes, no, unknown; unsure: the range holds the target, or the data do not cover the whole
    year and the rest of it could still decide otherwise."""
    direction: Literal["at_most", "at_least"]
    action_fr: str
    action_en: str


class Reen(Part, frozen=True):
    """The frame of the law REEN (art. 35, décret 2022-1084): goals, indicators, actions."""

    objectives: tuple[Objective, ...]
    sources: tuple[str, ...]


class Decision(Part, frozen=True):
    """What the élus are asked to decide."""

    origin: Literal["typed", "proposed", "none"]
    """typed: written by hand in organisation.yaml; proposed: by the rule named `rule`."""
    rule: str
    """Of DECISIONS: undeclared_resident, forbidden_use, unclassified_tools, training_gap,
    coverage_low, ...; "" where typed."""
    text_fr: str = ""
    text_en: str = ""
    """As typed; a language that was not typed is ""."""
    values: Mapping[str, float | str] = {}
    """What the rule rests on, by name, for the words of the catalogue."""


class ElusFigure(Part, frozen=True):
    """One of the three figures of the first page."""

    key: str
    """ghg, water, energy."""
    amount: Amount
    equivalent: str
    """Id of the equivalent that fits best, among `Footprint.equivalents`; "" for none."""


class Elus(Part, frozen=True):
    """What the page of the élus picks; everything else stands in the sections."""

    figures: tuple[ElusFigure, ...]
    """Three; none where nothing was measured."""
    resident_applications: tuple[str, ...]
    """Keys of applications that answer residents, declared or seen."""
    decision: Decision


class Agents(Part, frozen=True):
    """What the page of the agents needs."""

    observe: str
    """words: answers are scored in memory; counts: no text is looked at."""
    counts_only: tuple[str, ...]
    """Labels of departments of which only counts are taken: a choice, not a figure."""
    keep_months: int
    """Months that rows of counts are kept."""
    score_prompts: bool
    per_request: tuple[Amount, ...]
    """energy, water, ghg of one request on average; empty without data."""
    measured: tuple[str, ...]
    not_measured: tuple[str, ...]
    gestures: tuple[str, ...]
    """Keys of gestures that help, those that the month's data speak for first."""
    contact: str
    """Whom to ask; "" where organisation.yaml names nobody."""
    dpo: str
    notice_url: str
    words_only: tuple[str, ...] = ()
    """Labels of departments whose answers are scored although `observe` is counts."""
