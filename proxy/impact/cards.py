"""One model as the estimate sees it."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.impact.ecologits_data import EcoModel
from proxy.impact.figures import Figure
from proxy.impact.ranges import product
from proxy.records import Quality, Range

__all__ = ["Card", "Table", "as_family", "from_ecologits"]

_GUESSED = "model-arch-not-released"
"""EcoLogits' mark of an architecture that its authors guessed."""


@dataclass(frozen=True, slots=True)
class Table:
    """A published table of whole requests, fitted per 1,000 tokens; Wh at the rack."""

    input: Range
    output: Range
    source: str


@dataclass(frozen=True, slots=True)
class Card:
    """One model. Parameters in billions."""

    name: str
    """The catalogue's name: a known model, a family's model, "sized" or a class."""
    active_b: Range
    total_b: Range
    tier: int
    """1 measured, 2 known architecture, 3 guessed architecture, 4 class, 5 unknown."""
    quality: Quality
    source: str
    bits: float = 16
    """Bits per weight as served."""
    tokens_per_s: float | None = None
    measured_j: Figure | None = None
    """Measured J per output token of all accelerators."""
    table: Table | None = None
    known: bool = True
    """Whether `name` may stand for the model itself in labels; False for classes."""

    @property
    def dense(self) -> bool:
        """Whether every token uses all parameters."""
        return self.active_b.central == self.total_b.central


def from_ecologits(name: str, model: EcoModel) -> Card:
    """The card of one of EcoLogits' models."""
    guessed = _GUESSED in model.warnings
    return Card(
        name=name.lower().rsplit("/", 1)[-1],
        active_b=_range(*model.active_b),
        total_b=_range(*model.total_b),
        tier=3 if guessed else 2,
        quality="C" if guessed else "B",
        source=f"EcoLogits {model.version} data/models.json",
        tokens_per_s=model.tokens_per_s,
    )


def as_family(card: Card, error: Range) -> Card:
    """A model that stands for its family: guessed, and wider by the family's error."""
    return Card(
        name=card.name,
        active_b=product(card.active_b, error),
        total_b=product(card.total_b, error),
        tier=max(card.tier, 3),
        quality="C",
        source=f"family of {card.name}: {card.source}",
    )


def _range(low: float, high: float) -> Range:
    """A range without a published centre: the geometric mean of its ends."""
    return Range(low, (low * high) ** 0.5, high)
