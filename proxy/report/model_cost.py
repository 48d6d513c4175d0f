"""What it cost: footprint, sensitivity, place, glass of water, change, the audit itself."""

from __future__ import annotations

from proxy.report.figures import Amount, Part, Share, Span

__all__ = [
    "Change",
    "ChangeLine",
    "EquivalentLine",
    "Footprint",
    "FootprintLine",
    "GlassLine",
    "GlassOfWater",
    "OwnCost",
    "PublishedFigure",
    "Reported",
    "SensitivityLine",
]


class FootprintLine(Part, frozen=True):
    """The part of the footprint that one quality class, tier or zone makes up."""

    key: str
    requests: int
    whole: int
    energy: Amount
    water: Amount
    ghg: Amount


class SensitivityLine(Part, frozen=True):
    """What one factor does to an interval; docs/method/sensitivity.md tells how."""

    quantity: str
    """energy, water or ghg."""
    factor: str
    """Of FACTORS."""
    low: float
    high: float
    """Ends that would remain if this factor alone were known exactly, as ratios to the
    central value: 0.6 and 2.2."""
    low_now: float
    high_now: float
    """Ends as they are, by the same analysis."""
    share: float
    """Part of the interval's width (logarithm of high over low) that would go, 0 to 1.
    Factors share width: these do not add up to 1."""
    source: str


class EquivalentLine(Part, frozen=True):
    """A footprint in an ordinary thing."""

    id: str
    """Of config/factors/equivalents.yaml, which has its names in both languages."""
    of: str
    """ghg or water."""
    low: float
    central: float
    high: float
    unit: str
    each: Amount
    """Footprint of one of them, with its source."""


class Reported(Part, frozen=True):
    """What services themselves stated: a track of its own, never mixed with estimates."""

    quantity: str
    unit: str
    requests: int
    whole: int
    low: float
    high: float
    estimated: Amount | None = None
    """Our estimate for the tools, models and departments of which some request stated a figure,
    since the ledger's sums do not tell requests apart; None where there is none."""
    estimated_requests: int = 0
    """That it is of: no fewer than `requests`, where all of those have an estimate."""


class Footprint(Part, frozen=True):
    """All requests of the period that have an estimate."""

    requests: int
    """With an estimate."""
    whole: int
    """All."""
    totals: tuple[Amount, ...]
    """energy, water_onsite, water_electricity, water, ghg_use, ghg_hardware, ghg, adpe,
    primary_energy, in this order."""
    per_request: tuple[Amount, ...]
    """The same, per request that has an estimate; empty without one."""
    quality: tuple[FootprintLine, ...]
    """By quality class, A, B, C."""
    tiers: tuple[FootprintLine, ...]
    """By method tier, 1 to 5."""
    places: tuple[FootprintLine, ...]
    """By electricity zone of the central value."""
    sensitivity: tuple[SensitivityLine, ...]
    """Per quantity (energy, water, ghg), what narrows most first."""
    sensitivity_of: Share
    """Requests that the analysis covers, of those with an estimate."""
    equivalents: tuple[EquivalentLine, ...]
    reported: tuple[Reported, ...]


class PublishedFigure(Part, frozen=True):
    """What others have published of one request."""

    id: str
    """Of config/factors/published.yaml."""
    value: float
    unit: str
    per_glass: float
    scope: str
    scope_fr: str
    source: str


class GlassLine(Part, frozen=True):
    """How many requests of one tool fill a glass of water."""

    tool: str
    label: str
    requests: int
    """That it was averaged over."""
    onsite: Amount
    """Water on site per request."""
    total: Amount
    """With the water of electricity."""
    per_glass_onsite: Span
    per_glass_total: Span


class GlassOfWater(Part, frozen=True):
    """Is one request a glass of water? From the town hall's own traffic."""

    glass: Amount
    lines: tuple[GlassLine, ...]
    """All tools together under the key "" first, then the tools, most requests first."""
    published: tuple[PublishedFigure, ...]


class ChangeLine(Part, frozen=True):
    """One quantity, then and now, and what it went through in between.

    before -> with the new method -> with the new uses -> with the new models = after: each
    part is the difference of two neighbours, so the parts add up to the change exactly.
    """

    quantity: str
    before: Amount
    """As it was said the period before."""
    after_method: Amount | None
    """The same requests by today's figures; None where the split is not possible."""
    after_uses: Amount | None
    """Today's number and size of requests, spread over models as before."""
    after: Amount
    method: Amount | None = None
    uses: Amount | None = None
    models: Amount | None = None
    """The differences, side by side (low with low); low may exceed high where they fall."""


class Change(Part, frozen=True):
    """Against the period before; docs/method/change.md holds the rule."""

    rule: str
    """Version of the rule, such as "change-1"."""
    before: str
    """2026-09, or 2025."""
    comparable: bool
    """False where the period before was not observed: then there are no lines."""
    split: str
    """done, or why not: no_before, no_impact, factor_set_missing."""
    requests_before: int
    requests: int
    lines: tuple[ChangeLine, ...]
    """energy, water, ghg."""
    factor_sets_before: tuple[str, ...] = ()
    factor_sets: tuple[str, ...] = ()
    missing_sets: tuple[str, ...] = ()
    before_since: str = ""
    """Day before which nothing is on record, where that lies in the period before: then it is
    not whole. "" where it is."""
    until: str = ""
    """Instant at which the figures end, where the period is not over; "" where it is."""


class OwnCost(Part, frozen=True):
    """What the audit itself consumed."""

    energy: Amount
    """Of its processes and of their share of the machine, at the plug."""
    ghg: Amount
    """By the grid of the zone that measured.zone names."""
    measured: Amount
    """Electricity of the audited requests, for comparison."""
    ratio: Span
    """energy / measured; without limit where nothing was measured."""
    watched: Share
    """Hours for which it is known, of the hours of the period."""
    sources: tuple[str, ...]
    """measured, estimated."""
