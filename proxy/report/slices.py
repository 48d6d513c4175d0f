"""What the ledger holds of one period, added up along any line.

A slice is read once and split in memory, so that the parts of every split add up to the
same whole, and a month costs two passes of the roll-ups however many tables it fills.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from proxy.ledger import LATEST, SUMS, Cell, ImpactCell, Ledger
from proxy.ledger.schema import IMPACTS
from proxy.records import QUANTITIES as STORED
from proxy.records import Range
from proxy.report.figures import Amount, amount
from proxy.report.keys import QUANTITIES

__all__ = [
    "COMPOSED",
    "MEAN",
    "Names",
    "Pot",
    "Slice",
    "amount_of",
    "read_outline",
    "read_slice",
    "source",
]

type Names = Mapping[str, str]
type Key = Callable[[Names], str | None]

WIDTH = len(IMPACTS)

COMPOSED: dict[str, tuple[str, ...]] = {
    "energy": ("energy_wh",),
    "water_onsite": ("water_onsite_ml",),
    "water_electricity": ("water_electricity_ml",),
    "water": ("water_onsite_ml", "water_electricity_ml"),
    "ghg_use": ("ghg_use_gco2e",),
    "ghg_hardware": ("ghg_hardware_gco2e",),
    "ghg": ("ghg_use_gco2e", "ghg_hardware_gco2e"),
    "adpe": ("adpe_kgsb",),
    "primary_energy": ("primary_energy_mj",),
}
"""Which stored quantities make up a quantity of the report: they share their errors, so low
is added to low and high to high."""


def source(factor_sets: Iterable[str]) -> str:
    """Where estimates come from: "estimate/<sets>"."""
    return "/".join(filter(None, ("estimate", "+".join(sorted(set(factor_sets))))))


def amount_of(
    quantity: str, values: tuple[float, ...] | list[float], sets: Iterable[str]
) -> Amount:
    """A quantity of the report from sums in the order of `schema.IMPACTS`."""
    places = [3 * STORED.index(name) for name in COMPOSED[quantity]]
    low, central, high = (sum(values[place + side] for place in places) for side in range(3))
    return amount(quantity, QUANTITIES[quantity], Range(low, central, high), source(sets))


@dataclass(slots=True)
class Pot:
    """Sums of some cells."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    priced: int = 0
    """Requests that have an estimate."""
    values: list[float] = field(default_factory=lambda: [0.0] * WIDTH)
    sets: set[str] = field(default_factory=set)

    def count(self, sums: Mapping[str, float]) -> None:
        """Add raw counts."""
        self.requests += int(sums["requests"])
        self.input_tokens += int(sums.get("input_tokens", 0))
        self.output_tokens += int(sums.get("output_tokens", 0))

    def price(self, cell: ImpactCell) -> None:
        """Add impacts."""
        self.priced += cell.requests
        self.sets.add(cell.factor_set)
        for place, value in enumerate(cell.values):
            self.values[place] += value

    def amount(self, quantity: str) -> Amount:
        """One quantity of the report."""
        return amount_of(quantity, self.values, self.sets)


@dataclass(frozen=True, slots=True)
class Slice:
    """Raw counts and impacts of [since, until)."""

    since: float
    until: float
    cells: tuple[tuple[Names, Cell], ...]
    impacts: tuple[tuple[Names, ImpactCell], ...]

    @property
    def requests(self) -> int:
        """All of them."""
        return int(sum(cell.sums["requests"] for _, cell in self.cells))

    def sums(self, name: str, where: Callable[[Names], bool] = lambda _: True) -> float:
        """A raw sum of the cells that match."""
        return sum(cell.sums[name] for names, cell in self.cells if where(names))

    def count(self, where: Callable[[Names], bool]) -> int:
        """Requests of the cells that match."""
        return int(self.sums("requests", where))

    def total(self) -> Pot:
        """Everything."""
        return self.pots(lambda _: "").get("", Pot())

    def pots(self, key: Key) -> dict[str, Pot]:
        """Sums by what `key` makes of a cell's names; cells of None are left out."""
        found: dict[str, Pot] = {}
        for names, cell in self.cells:
            at = key(names)
            if at is not None:
                found.setdefault(at, Pot()).count(cell.sums)
        for names, impact in self.impacts:
            at = key(names)
            if at is not None:
                found.setdefault(at, Pot()).price(impact)
        return found

    def requests_by(self, key: Key) -> dict[str, int]:
        """Requests alone, by the same."""
        found: dict[str, int] = {}
        for names, cell in self.cells:
            at = key(names)
            if at is not None:
                found[at] = found.get(at, 0) + int(cell.sums["requests"])
        return found

    def factor_sets(self) -> dict[str, int]:
        """Requests by the factor set that priced them."""
        found: dict[str, int] = {}
        for _, cell in self.impacts:
            found[cell.factor_set] = found.get(cell.factor_set, 0) + cell.requests
        return dict(sorted(found.items()))


MEAN = (
    *("requests", "input_tokens", "output_tokens", "cache_read_tokens"),
    *("images", "audio_s", "reasoning_chars"),
)
"""Raw sums that the mean exchange of a dimension is made from."""
READ = (*MEAN, "reasoning_tokens", *(name for name in SUMS if name.startswith("reported")))
"""Raw sums that a report prints, and those."""


def read_slice(
    ledger: Ledger,
    since: float,
    until: float,
    sums: tuple[str, ...] = READ,
    *,
    statement: str = LATEST,
) -> Slice:
    """Impacts and raw sums of [since, until), by dimension."""
    cells = ledger.cells.raw(since, until, sums)
    impacts = ledger.cells.impacts(since, until, statement=statement)
    numbers = {one.dimension for one in cells} | {one.dimension for one in impacts}
    names = ledger.cells.names(numbers)
    return Slice(
        since,
        until,
        tuple((names[one.dimension], one) for one in cells),
        tuple((names[one.dimension], one) for one in impacts),
    )


def read_outline(ledger: Ledger, since: float, until: float) -> Slice:
    """Requests by dimension, and energy, water and gases as one sum that no key splits.

    A third of the work of a slice: enough for a month that is only looked back on.
    """
    cells = ledger.cells.raw(since, until, ("requests",))
    names = ledger.cells.names(one.dimension for one in cells)
    told = ledger.cells.impact_sums(since, until, OUTLINE)
    values = [0.0] * WIDTH
    for (first, *_), value in zip(OUTLINE, told.sums, strict=True):
        values[IMPACTS.index(first)] = value
    impacts: list[tuple[Names, ImpactCell]] = [
        ({}, _outlined(name, told.requests, tuple(values)) if place == 0 else _outlined(name))
        for place, name in enumerate(told.factor_sets)
    ]
    return Slice(
        since,
        until,
        tuple((names[one.dimension], one) for one in cells),
        tuple(impacts),
    )


OUTLINE: tuple[tuple[str, ...], ...] = tuple(
    tuple(IMPACTS[3 * STORED.index(part) + side] for part in COMPOSED[name])
    for name in ("energy", "water", "ghg")
    for side in range(3)
)
"""Columns that an outline adds up together: water is one sum, and so are gases."""


def _outlined(
    factor_set: str, requests: int = 0, values: tuple[float, ...] = (0.0,) * WIDTH
) -> ImpactCell:
    """A sum that belongs to no dimension."""
    return ImpactCell(
        dimension=0,
        factor_set=factor_set,
        origin="",
        tier=0,
        quality="",
        zone="",
        requests=requests,
        values=values,
    )
