"""The change against the period before, split into uses, models and method."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.records import Range
from proxy.report.figures import Amount, amount
from proxy.report.model_cost import Change, ChangeLine
from proxy.report.render.blocks import Block, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say
from proxy.texts.units import Unit, unit_for

__all__ = ["change_section", "change_table"]


_WIDE = {"before": 1.15, "total": 1.2, "uses": 1.1, "models": 1.15, "method": 1.15}


def change_table(change: Change, say: Say) -> Iterator[Block]:
    """One table, or the sentence that says why there is none."""
    before = say.period(change.before)
    if not change.comparable or not change.lines:
        yield Para(say.t("change.not_comparable", before=before))
        return
    yield from _not_whole(change, say)
    split = change.split == "done"
    names = ("before", "total", "uses", "models", "method") if split else ("before", "total")
    yield Table(
        say.t("change.caption", before=before, requests=_requests(change, say)),
        (
            Column(say.t("change.quantity"), wide=1.0),
            *(Column(say.t(f"change.{name}"), numbers=True, wide=_WIDE[name]) for name in names),
        ),
        tuple(_row(line, say, split=split) for line in change.lines),
        say.t("change.note") if split else say.t(f"change.split.{change.split}"),
    )


def _not_whole(change: Change, say: Say) -> Iterator[Block]:
    """What the change is made of beside uses: one of the two periods is only a part."""
    if change.before_since:
        yield Para(say.t("change.before_since", since=say.iso_date(change.before_since)))
    if change.until:
        yield Para(say.t("change.until", until=say.last_day(change.until)))


def _requests(change: Change, say: Say) -> str:
    now = say.t("report.unit.requests", count=change.requests)
    if not change.requests_before:
        return now
    grown = change.requests / change.requests_before - 1
    return say.t(
        "change.requests",
        before=change.requests_before,
        now=now,
        change=say.signed_percent(grown),
    )


def _row(line: ChangeLine, say: Say, *, split: bool) -> tuple[str, ...]:
    # By the centre alone: the parts are smaller than the whole that they add up to.
    unit = unit_for(line.after.unit, line.after.central or line.before.central)
    first = f"{say.t(f'report.quantity.{line.quantity}')}, {unit.symbol}"
    scale = max(line.before.central, line.after.central)
    parts: list[Amount | None] = [_difference(line)]
    if split:
        parts += [line.uses, line.models, line.method]
    return (
        first,
        say.cost_in(line.before, unit),
        *(_signed(part, unit, scale, say) if part else NONE for part in parts),
    )


_DUST = 1e-9
"""Of the figures that a difference was taken of: less is what adding floats leaves behind."""


def _settled(end: float, scale: float) -> float:
    return 0.0 if abs(end) < _DUST * scale else end


def _signed(part: Amount, unit: Unit, scale: float, say: Say) -> str:
    """The central change, and under it its ends: dashes would look like signs."""
    ends = [_settled(end, scale) / unit.size for end in (part.low, part.central, part.high)]
    low, central, high = say.three_signed(*ends)
    if low == central == high:
        return central
    return f"{central}\n{say.t('change.ends', low=low, high=high)}"


def _difference(line: ChangeLine) -> Amount:
    before, after = line.before, line.after
    span = Range(after.low - before.low, after.central - before.central, after.high - before.high)
    return amount(line.quantity, after.unit, span, after.source)


def change_section(change: Change, say: Say) -> Iterator[Block]:
    """The table, and what it rests on."""
    yield Heading(say.t("change.title"), id="change")
    yield from change_table(change, say)
    if change.comparable:
        yield Para(
            say.t(
                "change.rule",
                rule=change.rule,
                before=say.all_of(change.factor_sets_before) or NONE,
                now=say.all_of(change.factor_sets) or NONE,
            ),
            tone="soft",
        )
    if change.missing_sets:
        yield Para(say.t("change.missing", sets=say.all_of(change.missing_sets)))
