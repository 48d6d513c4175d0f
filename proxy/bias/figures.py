"""The shapes of a month's figures: plain data for the report, the page and the exports."""

from __future__ import annotations

from typing import Literal

import msgspec

from proxy.stats import Interval

__all__ = ["Comparison", "Figures", "Gap", "Mentions", "Reference", "State"]

State = Literal["measured", "too_few", "not_distinguishable", "not_claimed"]
"""measured: the figure stands. too_few: too little was counted; no figure is given.
not_distinguishable: the difference is no larger than what the detector shows, or may show,
for harmless sentences about the same group. not_claimed: this detector cannot see it (`reason`)."""


class _Figure(msgspec.Struct, frozen=True, kw_only=True):
    state: State
    reason: str = ""
    """Why not: minimum, complement (a small count could be worked out from it), shift,
    shift_unknown, classifier, language; "" where it is measured."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """What shares are held against, as the organisation declared it."""

    women: float = 0.5
    """Share of women that gendered mentions are held against, 0 to 1."""
    source: str = "parity"
    """Where it is from: "parity" is a convention, "hce" the norm of the Haut Conseil à
    l'égalité, anything else the organisation's own words."""


class Gap(_Figure, frozen=True, kw_only=True):
    """A share against a reference."""

    population: str
    """Of `keys.POPULATIONS`: gendered, forms, titles, occupation/..."""
    measure: str
    part: int
    whole: int
    """So many of so many, mentions."""
    answers: int
    """Answers that they stand in."""
    share: float | None = None
    interval: Interval | None = None
    """95 %, widened for mentions of one answer being alike."""
    reference: float | None = None
    reference_source: str = ""
    gap: float | None = None
    """share - reference."""
    apart: bool = False
    """Whether the interval leaves the reference out."""


class Mentions(_Figure, frozen=True, kw_only=True):
    """How often a group is named: in so many answers of so many.

    Where there are too few, the counts are withheld (zero).
    """

    group: str
    answers: int
    of_answers: int
    sentences: int
    share: float | None = None
    """Of answers."""
    interval: Interval | None = None


class Comparison(_Figure, frozen=True, kw_only=True):
    """One measure of two populations' sentences."""

    population: str
    other: str
    measure: str
    part: float
    whole: int
    other_part: float
    other_whole: int
    """Sentences; for the measure "toxicity", `part` is a sum of scores."""
    share: float | None = None
    other_share: float | None = None
    difference: float | None = None
    ratio: float | None = None
    """How many times as often; None where the others have none, and for mean scores."""
    interval: Interval | None = None
    """95 %, of the ratio; for mean scores, of the difference."""
    p_adjusted: float | None = None
    """After Benjamini and Hochberg, over all comparisons of the same figures."""
    shift: float | None = None
    """What the detector shows for harmless sentences about the group."""
    shift_limit: float | None = None
    """What the difference has to exceed: the shift, or what the number of harmless sentences
    cannot rule out of it."""
    differs: bool = False
    """Measured, beyond the shift, and p_adjusted below 0.05."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A month of one tool, model, department or all, in one language."""

    language: str
    classifier: str
    classifier_version: str
    version: str
    """Of the rules that counted."""
    answers: int
    sentences: int
    gaps: tuple[Gap, ...]
    attributes: tuple[Comparison, ...]
    """What is said of women against what is said of men."""
    mentions: tuple[Mentions, ...]
    groups: tuple[Comparison, ...]
    """Sentences about each group against those that name none."""
