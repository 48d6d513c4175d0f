"""The change against the period before, split into method, uses and models.

    before          as it was said then
      + method      the same requests by today's factor sets
      + uses        today's number and size of requests, spread over models as before
      + models      spread over models as today
    = after

Each part is the difference of two totals that follow one another, so the parts add up to
the change by construction, for low, central and high alike. docs/method/change.md tells
what each of them holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from proxy.impact import FactorError
from proxy.impact.estimate import Estimator, own_hosts
from proxy.impact.mean import mean_of
from proxy.ledger import Cell, ImpactCell
from proxy.ledger.schema import IMPACTS
from proxy.records import QUANTITIES, Range
from proxy.report.facts import Facts
from proxy.report.figures import Amount, amount
from proxy.report.model_cost import Change, ChangeLine
from proxy.report.slices import Names, Slice, amount_of

__all__ = ["RULE", "change"]

RULE = "change-1"
SHOWN = ("energy", "water", "ghg")
WIDTH = len(IMPACTS)

type Vector = list[float]
type ModelKey = tuple[str, str, str]


def change(facts: Facts) -> Change:
    """The section."""
    before = facts.stretch.before(facts.tz).name
    sets_before, sets = facts.before_said.factor_sets(), facts.now.factor_sets()
    base = {
        "rule": RULE,
        "before": before,
        "comparable": bool(facts.before.cells),
        "requests_before": facts.before.requests,
        "requests": facts.now.requests,
        "factor_sets_before": tuple(sets_before),
        "factor_sets": tuple(sets),
        "before_since": _before_since(facts),
        "until": "" if facts.complete else facts.iso(facts.data_until),
    }
    if not facts.before.cells:
        return Change(split="no_before", lines=(), **base)  # type: ignore[arg-type]
    said, after = _total(facts.before_said.impacts), _total(facts.now.impacts)
    if not sets or not sets_before:
        lines = tuple(_whole(name, said, after, sets_before, sets) for name in SHOWN)
        return Change(split="no_impact", lines=lines, **base)  # type: ignore[arg-type]
    bridge = _Bridge(facts, sets)
    try:
        moved, by_method = bridge.moved(facts.before)
    except FactorError:
        lines = tuple(_whole(name, said, after, sets_before, sets) for name in SHOWN)
        return Change(
            split="factor_set_missing",
            lines=lines,
            missing_sets=tuple(bridge.missing),
            **base,  # type: ignore[arg-type]
        )
    spread = _as_before(moved, _by_model(facts.now.impacts))
    stages = (said, by_method, spread, after)
    lines = tuple(_line(name, stages, sets_before, sets) for name in SHOWN)
    return Change(split="done", lines=lines, **base)  # type: ignore[arg-type]


def _before_since(facts: Facts) -> str:
    """The first day on record, where the period before had begun by then."""
    first = facts.day(facts.data_since)
    whole = first <= facts.day(facts.before.since) or not facts.before.cells
    return "" if whole else first


# Method: the period before by today's sets -------------------------------------------------


class _Bridge:
    """Takes sums of the period before from their factor sets to those of the period.

    Where the period has several sets, each counts by its share of the requests.
    """

    def __init__(self, facts: Facts, sets: dict[str, int]) -> None:
        whole = sum(sets.values())
        self._shares = {name: many / whole for name, many in sets.items()}
        self._own = own_hosts(facts.config)
        self._find = facts.find
        self._known = {facts.catalogues.estimator.factors.name: facts.catalogues.estimator}
        self.missing: list[str] = []

    def moved(self, before: Slice) -> tuple[dict[ModelKey, tuple[int, Vector]], Vector]:
        """Requests and sums by model, and the sums of all. Raises FactorError without a set.

        All are added cell by cell, as what was said is: where no cell moves, the two totals
        are the same to the last bit, and the part of the method is 0.
        """
        raw = {cell.dimension: (names, cell) for names, cell in before.cells}
        found: dict[ModelKey, tuple[int, Vector]] = {}
        total = [0.0] * WIDTH
        for names, cell in before.impacts:
            values = self._values(raw.get(cell.dimension), cell)
            many, sums = found.get(_model(names), (0, [0.0] * WIDTH))
            _add(sums, values)
            _add(total, values)
            found[_model(names)] = (many + cell.requests, sums)
        return found, total

    def _values(self, raw: tuple[Names, Cell] | None, cell: ImpactCell) -> Vector:
        if set(self._shares) == {cell.factor_set} or raw is None:
            return list(cell.values)
        names, sums = raw
        old = self._estimator(cell.factor_set)
        exchange = mean_of(names, sums.sums, old)
        then = _flat(old, exchange)
        total = [0.0] * WIDTH
        for name, share in self._shares.items():
            new = _flat(self._estimator(name), exchange)
            _add(total, _scaled(_ratio(list(cell.values), then, new), share))
        return total

    def _estimator(self, name: str) -> Estimator:
        if name not in self._known:
            try:
                self._known[name] = Estimator(self._find(name), self._own)
            except FactorError:
                self.missing.append(name)
                raise
        return self._known[name]


def _flat(estimator: Estimator, exchange: object) -> Vector:
    impact = estimator.estimate(exchange)  # type: ignore[arg-type]
    spans = (getattr(impact, name) for name in QUANTITIES)
    return [value for span in spans for value in (span.low, span.central, span.high)]


def _ratio(values: Vector, then: Vector, new: Vector) -> Vector:
    """The original times new over old: it knew every exchange, the estimates know the mean."""
    moved = [
        value * after / before if before > 0 else value
        for value, before, after in zip(values, then, new, strict=True)
    ]
    for low in range(0, WIDTH, 3):
        moved[low] = min(moved[low], moved[low + 1])
        moved[low + 2] = max(moved[low + 2], moved[low + 1])
    return moved


# Uses: today's number and size, spread as before -------------------------------------------


def _as_before(
    before: dict[ModelKey, tuple[int, Vector]], now: dict[ModelKey, tuple[int, Vector]]
) -> Vector:
    """As many requests as now, spread over models as before, each as its model's are now.

    A model that is not used any more keeps what its requests took before.
    """
    many_before = sum(many for many, _ in before.values())
    many_now = sum(many for many, _ in now.values())
    total = [0.0] * WIDTH
    for key, (many, sums) in before.items():
        of, values = now.get(key, (0, sums))
        each = (of, values) if of else (many, sums)
        if each[0]:
            share = many / many_before
            _add(total, _scaled(each[1], many_now * share / each[0]))
    return total


def _by_model(
    impacts: Iterable[tuple[Names, ImpactCell]],
) -> dict[ModelKey, tuple[int, Vector]]:
    found: dict[ModelKey, tuple[int, Vector]] = {}
    for names, cell in impacts:
        many, sums = found.get(_model(names), (0, [0.0] * WIDTH))
        _add(sums, cell.values)
        found[_model(names)] = (many + cell.requests, sums)
    return found


def _model(names: Names) -> ModelKey:
    return names["tool"], names["provider"], names["model"]


# Sums --------------------------------------------------------------------------------------


def _total(impacts: Iterable[tuple[Names, ImpactCell]]) -> Vector:
    total = [0.0] * WIDTH
    for _, cell in impacts:
        _add(total, cell.values)
    return total


def _add(sums: Vector, values: Iterable[float]) -> None:
    for place, value in enumerate(values):
        sums[place] += value


def _scaled(values: Vector, factor: float) -> Vector:
    return [value * factor for value in values]


# Lines -------------------------------------------------------------------------------------


def _whole(
    name: str, said: Vector, after: Vector, sets_before: Iterable[str], sets: Iterable[str]
) -> ChangeLine:
    return ChangeLine(
        quantity=name,
        before=amount_of(name, said, sets_before),
        after_method=None,
        after_uses=None,
        after=amount_of(name, after, sets),
    )


def _line(
    name: str, stages: tuple[Vector, ...], sets_before: Iterable[str], sets: Iterable[str]
) -> ChangeLine:
    first, *others = stages
    before = amount_of(name, first, sets_before)
    by_method, by_uses, after = (amount_of(name, one, sets) for one in others)
    return ChangeLine(
        quantity=name,
        before=before,
        after_method=by_method,
        after_uses=by_uses,
        after=after,
        method=_difference(before, by_method),
        uses=_difference(by_method, by_uses),
        models=_difference(by_uses, after),
    )


def _difference(old: Amount, new: Amount) -> Amount:
    span = Range(new.low - old.low, new.central - old.central, new.high - old.high)
    return amount(new.quantity, new.unit, span, new.source)
