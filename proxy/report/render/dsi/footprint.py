"""The footprint: low, central and high, what the figures are worth, what widens them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from proxy.charts import Bar, range_bars
from proxy.records import Range
from proxy.report.model import Report
from proxy.report.model_cost import Footprint, FootprintLine, SensitivityLine
from proxy.report.render.blocks import (
    Block,
    Box,
    Chart,
    Column,
    Heading,
    Para,
    Table,
    Terms,
)
from proxy.report.render.say import NONE, Say, summed
from proxy.report.render.tail import cut
from proxy.report.render.things import equivalent
from proxy.texts.units import Unit

__all__ = ["footprint"]

_DRIVERS = 3
_ROWS = 6
_LINES = 5
"""Rows of a table by quality or place; the others are added up, and stand in the CSV file."""


def footprint(report: Report, say: Say) -> Iterator[Block]:
    """Totals, quality, places, sensitivity, equivalents, and what services stated."""
    told = report.footprint
    yield Heading(say.t("footprint.title"), id="footprint")
    if not told.requests:
        yield Para(say.t("footprint.none"))
        return
    yield Para(
        say.t("footprint.basis", count=told.requests, share=say.part_of(told.requests, told.whole))
    )
    yield _totals(report, say)
    yield Box(say.t("footprint.three_title"), (Terms(tuple(_three(report, say))),), "tint", level=3)
    for group, lines in (("quality", told.quality), ("places", told.places)):
        if lines:
            yield _lines(group, lines, say)
    yield from _sensitivity(told, say)
    things = [equivalent(line, say) for line in told.equivalents]
    if things:
        yield Para(say.t("footprint.things", things=say.series(things)))
    for one in told.reported:
        yield Para(
            say.t(
                "footprint.reported",
                stated=say.t("report.unit.requests", count=one.requests),
                quantity=say.t(f"report.quantity.{one.quantity}"),
                low=say.number(one.low),
                high=say.number(one.high),
                unit=one.unit,
                same=say.t("report.unit.requests", count=one.estimated_requests),
                estimated=say.cost(one.estimated),
            )
        )


def _totals(report: Report, say: Say) -> Table:
    each = {amount.quantity: amount for amount in report.footprint.per_request}
    rows = []
    for amount in report.footprint.totals:
        unit = say.unit_of([amount])
        low, central, high = say.three(
            amount.low / unit.size, amount.central / unit.size, amount.high / unit.size
        )
        name = say.t(f"report.quantity.{amount.quantity}")
        one = say.cost(each.get(amount.quantity))
        rows.append((name, unit.symbol, low, central, high, one))
    return Table(
        say.t("footprint.totals"),
        (
            Column(say.t("footprint.quantity"), wide=2),
            Column(say.t("footprint.unit"), wide=0.9),
            Column(say.t("common.low"), numbers=True, wide=0.7),
            Column(say.t("common.central"), numbers=True, wide=0.7),
            Column(say.t("common.high"), numbers=True, wide=0.7),
            Column(say.t("footprint.each"), numbers=True, wide=1.9),
        ),
        tuple(rows),
        say.t("footprint.totals_note"),
    )


def _three(report: Report, say: Say) -> Iterator[tuple[str, str]]:
    """Boavizta's three questions to a published footprint."""
    sets = say.all_of([one.name for one in report.method.factor_sets]) or report.method.current_set
    for key in ("what", "how", "open"):
        yield say.t(f"footprint.three.{key}"), say.t(f"footprint.three.{key}_answer", sets=sets)


def _lines(group: str, lines: Sequence[FootprintLine], say: Say) -> Table:
    energy = say.unit_of([line.energy for line in lines])
    ghg = say.unit_of([line.ghg for line in lines])
    return Table(
        say.t(f"footprint.{group}"),
        (
            Column(say.t(f"footprint.{group}_head"), wide=2),
            Column(say.t("report.requests"), numbers=True, wide=0.8),
            Column(say.t("report.share"), numbers=True, wide=0.6),
            Column(f"{say.t('report.quantity.energy')}, {energy.symbol}", numbers=True, wide=1.3),
            Column(f"{say.t('report.quantity.ghg_short')}, {ghg.symbol}", numbers=True, wide=1.3),
        ),
        tuple(_parts(group, lines, (energy, ghg), say)),
        say.t(f"footprint.{group}_note"),
    )


def _parts(
    group: str, lines: Sequence[FootprintLine], units: tuple[Unit, Unit], say: Say
) -> Iterator[tuple[str, ...]]:
    shown, rest = cut(lines, _LINES)
    pieces: list[tuple[str, tuple[FootprintLine, ...]]] = [
        (say.of(f"footprint.{group}_key", one.key), (one,)) for one in shown
    ]
    if rest:
        pieces.append((say.t("report.others", count=len(rest)), tuple(rest)))
    for name, of in pieces:
        requests = sum(one.requests for one in of)
        yield (
            name,
            say.count(requests),
            say.part_of(requests, of[0].whole),
            say.cost_in(summed([one.energy for one in of]), units[0]),
            say.cost_in(summed([one.ghg for one in of]), units[1]),
        )


def _and_more(note: str, rows: int, say: Say) -> str:
    """A note, and how many rows are left to the CSV file."""
    return " ".join(filter(None, (note, say.more(rows))))


def _sensitivity(told: Footprint, say: Say) -> Iterator[Block]:
    lines = told.sensitivity
    if not lines:
        return
    yield Heading(say.t("footprint.sensitivity"), level=3)
    yield Para(say.t("footprint.sensitivity_how", covered=say.rate(told.sensitivity_of)))
    by: dict[str, list[SensitivityLine]] = {}
    for line in lines:
        by.setdefault(line.quantity, []).append(line)
    quantity, first = next(iter(by.items()))
    alt = say.t("footprint.sensitivity_desc", quantity=say.t(f"report.quantity.{quantity}"))
    title = say.t("footprint.sensitivity")
    yield Chart(range_bars("sensitivity", title, alt, _bars(first[:_DRIVERS], say), say), alt)
    yield Table(
        say.t("footprint.sensitivity_table"),
        (
            Column(say.t("footprint.factor"), wide=1.5),
            *(Column(say.t(f"report.quantity.{name}"), numbers=True) for name in by),
        ),
        tuple(_remaining(by, say)),
        _and_more(say.t("footprint.sensitivity_note"), len({o.factor for o in lines}) - _ROWS, say),
    )


def _remaining(by: Mapping[str, list[SensitivityLine]], say: Say) -> Iterator[tuple[str, ...]]:
    """What is, then what would remain: the factors that narrow most of any quantity first."""
    now = [(of[0].low_now, of[0].high_now) for of in by.values()]
    yield say.t("footprint.now"), *(_times(low, high, say) for low, high in now)
    most: dict[str, float] = {}
    for line in (one for of in by.values() for one in of):
        most[line.factor] = max(most.get(line.factor, 0.0), line.share)
    for factor in sorted(most, key=lambda name: (-most[name], name))[:_ROWS]:
        cells = []
        for of in by.values():
            found = [one for one in of if one.factor == factor]
            told = [f"{_times(one.low, one.high, say)} ({say.percent(one.share)})" for one in found]
            cells.append(told[0] if told else NONE)
        yield say.of("footprint.drives", factor), *cells


def _times(low: float, high: float, say: Say) -> str:
    return f"×\u00a0{say.number(low)} – {say.number(high)}"


def _bars(lines: Sequence[SensitivityLine], say: Say) -> list[Bar]:
    first = lines[0]
    rows = [(say.t("footprint.now"), first.low_now, first.high_now)]
    rows += [(say.of("footprint.drives", line.factor), line.low, line.high) for line in lines]
    return [Bar(name, Range(low, 1.0, high), _times(low, high, say)) for name, low, high in rows]
