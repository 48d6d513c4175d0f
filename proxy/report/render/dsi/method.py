"""The annex: what an expert needs to recompute the report."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.model import Method, Report
from proxy.report.render.blocks import Block, Column, Heading, Para, Table, Terms
from proxy.report.render.say import NONE, Say

__all__ = ["method"]

_SHORT_HASH = 16
"""Digits of a hash that are printed; report.json has all of them."""


def method(report: Report, say: Say) -> Iterator[Block]:
    """Factor sets, files and hashes, classifiers, rules, restatements of earlier months."""
    told = report.method
    yield Heading(say.t("method.title"), id="method")
    yield Para(say.t("method.intro"))
    yield Terms(tuple(_terms(report, say)))
    if told.restated_months:
        yield _restated(told, say)
    files = say.series(f"{one.file}\u00a0{one.sha256[:_SHORT_HASH]}" for one in told.files)
    yield Para(say.t("method.files", files=files), tone="soft")


def _terms(report: Report, say: Say) -> Iterator[tuple[str, str]]:
    told = report.method
    sets = [
        say.t(
            "method.set",
            name=one.name,
            origin=say.of("method.origin", one.origin),
            requests=say.t("report.unit.requests", count=one.requests),
        )
        for one in told.factor_sets
    ]
    yield say.t("method.factor_sets"), say.all_of(sets) or told.current_set
    yield say.t("method.equivalents"), told.equivalents_release
    yield say.t("method.classifiers"), say.all_of(told.classifiers) or NONE
    yield say.t("method.rules"), say.all_of(told.rules) or NONE
    if told.own_hosts:
        yield say.t("method.own_hosts"), say.all_of(told.own_hosts)
    rows = "kept" if told.rows_kept else "gone"
    yield say.t("method.recompute"), say.t(f"method.rows_{rows}")
    restated = [
        say.t(
            "method.restatement",
            number=one.number,
            factor_set=one.factor_set,
            since=say.iso_date(one.since),
            until=say.iso_date(one.until),
            finished=say.iso_date(one.finished),
        )
        for one in told.restatements
    ]
    yield say.t("method.restatements"), say.series(restated) or say.t("method.never_restated")
    yield say.t("method.product"), f"Jauge {report.head.product_version}"
    yield say.t("method.merging"), say.t("method.merging_rule", k=report.head.k)


def _restated(told: Method, say: Say) -> Table:
    rows = []
    for month in told.restated_months:
        for name in ("energy", "water", "ghg"):
            before, now = getattr(month, f"{name}_before"), getattr(month, name)
            unit = say.unit_of([before, now])
            rows.append(
                (
                    say.month(month.month),
                    f"{say.t(f'report.quantity.{name}')}, {unit.symbol}",
                    say.cost_in(before, unit),
                    say.cost_in(now, unit),
                )
            )
    return Table(
        say.t("method.restated"),
        (
            Column(say.t("report.month")),
            Column(say.t("footprint.quantity"), wide=1.3),
            Column(say.t("method.first"), numbers=True, wide=1.4),
            Column(say.t("method.now"), numbers=True, wide=1.4),
        ),
        tuple(rows),
    )
