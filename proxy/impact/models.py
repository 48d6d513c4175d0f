"""What is known of a model: its architecture, and how well.

A name is looked up in config/models/models.yaml and in EcoLogits' list, exactly,
then plainer and plainer; an unknown one falls to its family, then to the size
written in its name, then to a class, then to a wide default. Never to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.impact.ecologits_data import EcoModel
from proxy.impact.figures import FactorError, Figure, checked_unit
from proxy.impact.names import candidates, size_of, words_of
from proxy.records import Quality, Range

__all__ = ["Card", "Models"]

_GUESSED = "model-arch-not-released"
"""EcoLogits' mark of an architecture that its authors guessed."""
_SIZE_ERROR = 1.1
"""Names round parameters to about a tenth (8.03 B is "8b")."""


@dataclass(frozen=True, slots=True)
class Card:
    """One model as the estimate sees it. Parameters in billions."""

    name: str
    """The catalogue's name: a known model, a family's model, "sized" or a class."""
    active_b: Range
    total_b: Range
    tier: int
    """1 measured, 2 known architecture, 3 guessed architecture, 4 class, 5 unknown."""
    quality: Quality
    source: str
    tokens_per_s: float | None = None
    first_token_s: float | None = None
    measured_j: Figure | None = None
    """Measured J per output token of all accelerators."""
    known: bool = True
    """Whether `name` may stand for the model itself in labels; False for classes."""


class _Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    active: Figure
    total: Figure | None = None


class _Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    active: Figure
    words: tuple[str, ...]
    total: Figure | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=1)]
    models: dict[str, _Model]
    aliases: dict[str, str]
    measured: dict[str, Figure]
    families: dict[str, str]
    classes: dict[str, _Class]


def _range(low: float, high: float) -> Range:
    """A range without a published centre: the geometric mean of its ends."""
    return Range(low, (low * high) ** 0.5, high)


class Models:
    """The catalogue of models, immutable."""

    def __init__(self, data: object, known: dict[str, EcoModel], file: Path) -> None:
        """`data` is the content of config/models/models.yaml. Raises FactorError."""
        try:
            self._file = msgspec.convert(data, _File, strict=False)
        except msgspec.ValidationError as error:
            raise FactorError(f"{file}: {error}; see docs/howto/add-a-model.md") from error
        self._index: dict[str, Card] = {}
        self._read_ecologits(known)
        self._read_models()
        self._attach_measurements()
        self._check_targets(file)
        self._families = sorted(self._file.families, key=len, reverse=True)
        self.find = lru_cache(maxsize=4096)(self._find)

    @property
    def names(self) -> frozenset[str]:
        """Every name that `find` may give to a known model."""
        return frozenset(card.name for card in self._index.values())

    def _read_ecologits(self, known: dict[str, EcoModel]) -> None:
        for name, model in known.items():
            guessed = _GUESSED in model.warnings
            card = Card(
                name=self._plain(name),
                active_b=_range(*model.active_b),
                total_b=_range(*model.total_b),
                tier=3 if guessed else 2,
                quality="C" if guessed else "B",
                source="EcoLogits " + model.version,
                tokens_per_s=model.tokens_per_s,
                first_token_s=model.first_token_s,
            )
            for spelling in candidates(name, undated=False):
                self._index.setdefault(spelling, card)

    def _plain(self, name: str) -> str:
        return name.lower().rsplit("/", 1)[-1]

    def _read_models(self) -> None:
        for name, model in self._file.models.items():
            active = checked_unit(model.active, "B", f"models.{name}.active")
            total = checked_unit(model.total or active, "B", f"models.{name}.total")
            self._index[name] = Card(
                name=name,
                active_b=active.range,
                total_b=total.range,
                tier=2,
                quality="B",
                source=active.source,
            )

    def _attach_measurements(self) -> None:
        for name, figure in self._file.measured.items():
            checked_unit(figure, "J/token", f"measured.{name}")
            card = self._exact(name) or self._sized(name)
            if card is None:
                raise FactorError(f"measured.{name}: expected a known model; add it to models")
            better = replace(
                card, name=name, tier=1, quality="A", source=figure.source, measured_j=figure
            )
            spellings = [key for key, other in self._index.items() if other is card]
            self._index |= dict.fromkeys([name, *spellings], replace(better, known=True))

    def _check_targets(self, file: Path) -> None:
        for table in ("aliases", "families"):
            for name, target in getattr(self._file, table).items():
                if self._exact(target) is None:
                    raise FactorError(
                        f"{file}: {table}.{name}: expected the name of a known model,"
                        f" got {target}; correct it or add it under models"
                    )

    def _exact(self, name: str) -> Card | None:
        for spelling in candidates(name, undated=False):
            target = self._file.aliases.get(spelling, spelling)
            card = self._index.get(target)
            if card is not None:
                return card
        return None

    def _find(self, name: str | None) -> Card:
        """The card of a model by any name that a service uses; never an exception."""
        if not name:
            return self._class("unknown", tier=5)
        return self._exact(name) or self._family(name) or self._sized(name) or self._classed(name)

    def _family(self, name: str) -> Card | None:
        for spelling in candidates(name):
            if (other := self._exact(spelling)) is not None:
                return _as_family(other)  # another date of this name
            for prefix in self._families:
                if spelling.startswith(prefix):
                    card = self._exact(self._file.families[prefix])
                    return None if card is None else _as_family(card)
        return None

    def _sized(self, name: str) -> Card | None:
        size = size_of(name.lower())
        if size is None or not 0 < size[0] <= size[1]:
            return None
        active, total = size
        return Card(
            name="sized",
            active_b=Range(active / _SIZE_ERROR, active, active * _SIZE_ERROR),
            total_b=Range(total / _SIZE_ERROR, total, total * _SIZE_ERROR),
            tier=3,
            quality="C",
            source="size written in the model's name",
            known=False,
        )

    def _classed(self, name: str) -> Card:
        words = words_of(name)
        for key, group in self._file.classes.items():
            if words.intersection(group.words):
                return self._class(key, tier=4)
        return self._class("unknown", tier=5)

    def _class(self, key: str, *, tier: int) -> Card:
        group = self._file.classes[key]
        return Card(
            name=key,
            active_b=group.active.range,
            total_b=(group.total or group.active).range,
            tier=tier,
            quality="C",
            source=group.active.source,
            known=False,
        )


def _as_family(card: Card) -> Card:
    """A model that stands for its family: guessed, and twice as wide either way."""

    def wider(span: Range) -> Range:
        return Range(span.low / 2, span.central, span.high * 2)

    return Card(
        name=card.name,
        active_b=wider(card.active_b),
        total_b=wider(card.total_b),
        tier=max(card.tier, 3),
        quality="C",
        source=f"family of {card.name}: {card.source}",
    )
