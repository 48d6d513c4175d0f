"""What is known of a model: its architecture, and how well.

A name is looked up in config/models/models.yaml and in EcoLogits' list, exactly,
then plainer and plainer; an unknown one falls to its family, then to the size
written in its name, then to a class, then to a wide default. Never to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from proxy.impact.cards import Card, Table, as_family, from_ecologits
from proxy.impact.ecologits_data import EcoModel
from proxy.impact.figures import FactorError, Figure, checked_unit, convert
from proxy.impact.method import Method
from proxy.impact.models_file import ModelsFile
from proxy.impact.names import candidates, size_of, words_of
from proxy.impact.ranges import scaled
from proxy.records import Quality

__all__ = ["Card", "Models", "Table"]

_FILE = "config/models/models.yaml"
_REMEDY = "See docs/howto/add-a-model.md."


class Models:
    """The catalogue of models, immutable."""

    def __init__(self, data: object, known: Mapping[str, EcoModel], method: Method) -> None:
        """`data` is the content of config/models/models.yaml. Raises FactorError."""
        self._file = convert(data, ModelsFile, _FILE, _REMEDY)
        self._method = method
        self._index: dict[str, Card] = {}
        for name, model in known.items():
            card = from_ecologits(name, model)
            for spelling in candidates(name, undated=False):
                self._index.setdefault(spelling, card)
        self._read_models()
        self._attach_measurements()
        self._attach_tables()
        self._check_targets()
        self._check_media()
        self._families = sorted(self._file.families, key=len, reverse=True)
        self.find = lru_cache(maxsize=4096)(self._find)

    @property
    def names(self) -> frozenset[str]:
        """Every name that `find` may give to a known model."""
        media = {*self._file.images, *self._file.audio}
        return frozenset(card.name for card in self._index.values()) | media

    def image(self, name: str | None) -> Figure | None:
        """Wh per image of an image model, accelerators only; None: it has no figure of its own."""
        return _first(self._file.images, name)

    def audio(self, name: str | None) -> Figure | None:
        """Wh per minute of an audio model, accelerators only; None: it has no own figure."""
        return _first(self._file.audio, name)

    def _read_models(self) -> None:
        for name, model in self._file.models.items():
            active = checked_unit(model.active, "B", _FILE, f"models.{name}.active")
            total = checked_unit(model.total or active, "B", _FILE, f"models.{name}.total")
            self._positive(active, f"models.{name}.active")
            self._positive(total, f"models.{name}.total")
            guessed = model.architecture == "guessed"
            bits = self._optional(model.bits, "bit", f"models.{name}.bits")
            speed = self._optional(model.tokens_per_s, "token/s", f"models.{name}.tokens_per_s")
            older = self._index.get(name)
            card = Card(
                name=name,
                active_b=active.range,
                total_b=total.range,
                tier=3 if guessed else 2,
                quality="C" if guessed else "B",
                source=active.source,
                bits=bits or 16,
                tokens_per_s=speed or (older.tokens_per_s if older else None),
            )
            self._stands_for(name, card)

    def _optional(self, figure: Figure | None, unit: str, key: str) -> float | None:
        if figure is None:
            return None
        self._positive(figure, key)
        return checked_unit(figure, unit, _FILE, key).value

    def _positive(self, figure: Figure, key: str) -> None:
        if figure.low <= 0:
            raise FactorError(_FILE, key, "expected more than 0", _REMEDY)

    def _attach_measurements(self) -> None:
        for name, figure in self._file.measured.items():
            checked_unit(figure, "J/token", _FILE, f"measured.{name}")
            card = self._named(name, f"measured.{name}")
            better = replace(
                card,
                name=name,
                tier=1,
                quality="A",
                source=figure.source,
                measured_j=figure,
                known=True,
            )
            self._stands_for(name, better)

    def _attach_tables(self) -> None:
        for name, entry in self._file.tables.items():
            for key in ("input", "output"):
                checked_unit(getattr(entry, key), "Wh/1000 token", _FILE, f"tables.{name}.{key}")
            pue = checked_unit(entry.pue, "ratio", _FILE, f"tables.{name}.pue").value
            card = self._named(name, f"tables.{name}")
            table = Table(
                input=scaled(entry.input.range, 1 / pue),
                output=scaled(entry.output.range, 1 / pue),
                source=entry.output.source,
            )
            self._stands_for(name, replace(card, name=name, table=table, known=True))

    def _named(self, name: str, key: str) -> Card:
        card = self._exact(name) or self._sized(name)
        if card is None:
            raise FactorError(_FILE, key, "expected a known model", "Add it under models.")
        return card

    def _stands_for(self, name: str, card: Card) -> None:
        """Let a card of our file stand for every spelling of its name, EcoLogits' included."""
        spellings = [key for key in self._index if name in candidates(key, undated=False)]
        self._index |= dict.fromkeys([name, *spellings], card)

    def _check_targets(self) -> None:
        for table in ("aliases", "families"):
            for name, target in getattr(self._file, table).items():
                if self._exact(target) is None:
                    raise FactorError(
                        _FILE,
                        f"{table}.{name}",
                        f"expected the name of a known model, got {target}",
                        "Correct it or add it under models.",
                    )

    def _check_media(self) -> None:
        for name, figure in self._file.images.items():
            checked_unit(figure, "Wh/image", _FILE, f"images.{name}")
        for name, figure in self._file.audio.items():
            checked_unit(figure, "Wh/minute", _FILE, f"audio.{name}")
        for name, group in self._file.classes.items():
            checked_unit(group.active, "B", _FILE, f"classes.{name}.active")
            checked_unit(group.total or group.active, "B", _FILE, f"classes.{name}.total")
        if "unknown" not in self._file.classes:
            raise FactorError(_FILE, "classes.unknown", "expected this class", "Restore it.")

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
        return (
            self._exact(name)
            or self._media(name)
            or self._family(name)
            or self._sized(name)
            or self._classed(name)
        )

    def _media(self, name: str) -> Card | None:
        """A model of images or audio that has a figure of its own: that stands for it."""
        kinds: tuple[tuple[Mapping[str, Figure], int, Quality], ...] = (
            (self._file.images, 1, "A"),
            (self._file.audio, 3, "C"),  # estimates, as their sources say
        )
        for table, tier, quality in kinds:
            for spelling in candidates(name):
                if spelling in table:
                    other = self._class("unknown", tier=tier)
                    source = table[spelling].source
                    return replace(other, name=spelling, quality=quality, source=source, known=True)
        return None

    def _family(self, name: str) -> Card | None:
        for spelling in candidates(name):
            if (other := self._exact(spelling)) is not None:
                return as_family(other, self._method.family_error)  # another date of this name
            for prefix in self._families:
                if spelling.startswith(prefix):
                    card = self._exact(self._file.families[prefix])
                    return None if card is None else as_family(card, self._method.family_error)
        return None

    def _sized(self, name: str) -> Card | None:
        size = size_of(name.lower())
        if size is None or not 0 < size[0] <= size[1]:
            return None
        active, total = size
        return Card(
            name="sized",
            active_b=scaled(self._method.size_error, active),
            total_b=scaled(self._method.size_error, total),
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


def _first(table: Mapping[str, Figure], name: str | None) -> Figure | None:
    for spelling in candidates(name or ""):
        if spelling in table:
            return table[spelling]
    return None
