"""What the auditor attaches to an exchange: its impact and what its answer held.

Shared by the estimator, the classifiers, the metrics and the ledger, which know
nothing of each other. Units are in the names: `_wh` watt-hours, `_ml` millilitres,
`_gco2e` grams of CO2 equivalent, `_kgsb` kilograms of antimony equivalent, `_mj`
megajoules of non-renewable primary energy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

__all__ = [
    "QUANTITIES",
    "Finding",
    "FindingStatus",
    "Impact",
    "Quality",
    "Range",
    "ScoredSentence",
    "Subject",
]

Quality = Literal["A", "B", "C"]
"""A: disclosed or measured for this model; B: computed from a known architecture;
C: guessed or default."""

Subject = Literal["answer", "prompt"]

FindingStatus = Literal[
    "scored",
    "off",
    "empty",
    "unread",
    "lost",
    "overload",
    "sampled_out",
    "too_short",
    "language",
    "error",
]
"""scored, or why not. off: analysis is switched off for this exchange; empty: there
were no words; unread: the wire format gave none; lost: they never reached the
auditor, or it ended before they were scored; overload: the scorer's queue was full, or
nothing took from it for too long; sampled_out: left out by sampling; too_short: nothing
worth a score; language: not one the classifier knows; error: the classifier failed, or its
process ended at work."""


class Range(msgspec.Struct, frozen=True):
    """One quantity: low <= central <= high, in the unit that its field is named after."""

    low: float
    central: float
    high: float


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What one exchange cost, by one factor set."""

    energy_wh: Range
    """Electricity of the data centre, power usage effectiveness included."""
    water_onsite_ml: Range
    """Water evaporated at the data centre."""
    water_electricity_ml: Range
    """Water consumed to make the electricity."""
    ghg_use_gco2e: Range
    ghg_hardware_gco2e: Range
    adpe_kgsb: Range
    """Abiotic depletion of minerals and metals."""
    primary_energy_mj: Range
    """Non-renewable primary energy."""

    tier: int
    """Method: 1 measured for this model, 2 known architecture, 3 guessed architecture,
    4 prior of its class, 5 unknown model."""
    quality: Quality
    zone: str
    """Electricity zone of the central value (ISO 3166 alpha-3, or WOR, EEE)."""
    factor_set: str
    """Version and hash of the figures used."""


QUANTITIES: tuple[str, ...] = (
    "energy_wh",
    "water_onsite_ml",
    "water_electricity_ml",
    "ghg_use_gco2e",
    "ghg_hardware_gco2e",
    "adpe_kgsb",
    "primary_energy_mj",
)
"""The fields of `Impact` that are a `Range`, in the order in which they are stored."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one classifier said of one answer (or prompt). No text, no hash of text."""

    classifier: str
    version: str
    threshold_set: str = ""
    status: FindingStatus = "scored"
    subject: Subject = "answer"
    language: str = "unknown"
    """Language that the thresholds were chosen for."""
    scores: Mapping[str, float] = {}
    """0 to 1 per class; the maximum over the windows."""
    flags: tuple[str, ...] = ()
    """Classes whose score reached its threshold."""
    windows_scored: int = 0
    windows: int = 0
    bias: Mapping[str, float] = {}
    """Counts, and sums of scores, of a fixed vocabulary (`proxy.bias.KEYS`), to be added up
    over many answers; never a score of this one."""
    bias_version: str = ""
    """Version of the rules that counted."""


class ScoredSentence(msgspec.Struct, frozen=True):
    """One sentence with its scores, inside the scorer only: its text is never stored."""

    text: str
    scores: Mapping[str, float]
    """0 to 1 per class of the classifier; the maximum over the sentence's windows."""

    def __repr__(self) -> str:
        """The size only: a traceback or a log must never show the text."""
        return f"ScoredSentence(chars={len(self.text)})"
