"""Use and training against the exposure of posts, from declared aggregates alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.report.model import Report
from proxy.report.model_people import Exposure, ExposureLine
from proxy.report.render.blocks import Block, Bullets, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say

__all__ = ["exposure"]

_MOST = 8
"""Rows of a table; the CSV file has all of them."""


def exposure(report: Report, say: Say) -> Iterator[Block]:
    """The study's figures, then departments and filières; a sentence where none are declared."""
    told = report.exposure
    yield Heading(say.t("exposure.title"), id="exposure")
    yield Para(_study(told, say))
    if not told.declared:
        yield Para(say.t("exposure.not_declared"))
    else:
        whole = (told.whole,) if told.whole else ()
        if told.departments:
            left = len(told.departments) - _MOST
            yield _table("departments", (*told.departments[:_MOST], *whole), left, say)
        if told.filieres:  # No more than there are filières; the whole stands above them.
            last = () if told.departments else whole
            yield _table("filieres", (*told.filieres, *last), 0, say)
        yield Para(f"{say.t('exposure.table_note')} {say.t('exposure.declared_only')}", tone="soft")
    if told.corrections:
        yield Bullets(tuple(say.of("exposure.correction", key) for key in told.corrections))
    yield Para(
        say.t(
            "exposure.source",
            source=told.source,
            urls=", ".join(told.urls) or NONE,
            checked=say.iso_date(told.checked),
        ),
        tone="soft",
    )


def _study(told: Exposure, say: Say) -> str:
    classes = say.all_of(
        [
            say.t(
                "exposure.class_share",
                share=say.percent(one.share),
                name=say.t(f"exposure.class.{one.key}"),
            )
            for one in told.classes
        ]
    )
    return say.t(
        "exposure.study",
        classes=classes,
        a=_share(told.category_a.low, told.category_a.central, told.category_a.high, say),
        b=_share(told.category_b.low, told.category_b.central, told.category_b.high, say),
        c=_share(told.category_c.low, told.category_c.central, told.category_c.high, say),
    )


def _share(low: float, central: float, high: float, say: Say) -> str:
    return say.percent(central) if low == high else say.percent_range(low, central, high)


def _table(name: str, lines: Sequence[ExposureLine], left: int, say: Say) -> Table:
    return Table(
        say.t(f"exposure.{name}"),
        (
            Column(say.t(f"exposure.{name}_head"), wide=2),
            Column(say.t("exposure.headcount"), numbers=True, wide=0.7),
            Column(say.t("exposure.categories"), numbers=True, wide=1.3),
            Column(say.t("exposure.women"), numbers=True, wide=0.7),
            Column(say.t("exposure.touched"), numbers=True, wide=1.2),
            Column(say.t("exposure.trained"), numbers=True, wide=0.7),
            Column(say.t("exposure.use"), numbers=True, wide=0.9),
        ),
        tuple(_row(line, say) for line in lines),
        say.more(left),
    )


def _row(line: ExposureLine, say: Say) -> tuple[str, ...]:
    categories = (line.category_a, line.category_b, line.category_c)
    shown = [NONE if one is None else say.percent(one) for one in categories]
    per_100 = line.requests_per_100_agents
    return (
        _name(line, say),
        say.count(line.headcount),
        " / ".join(shown) if shown != [NONE] * 3 else NONE,
        NONE if line.women is None else say.percent(line.women),
        say.range(line.touched.range) if line.touched else NONE,
        say.rate(line.trained),
        NONE if per_100 is None else say.number(per_100),
    )


def _name(line: ExposureLine, say: Say) -> str:
    if line.label:
        return line.label
    for group in ("exposure.filiere", "common.department"):
        if f"{group}.{line.key}" in say:
            return say.t(f"{group}.{line.key}")
    return say.t("exposure.whole") if line.key in {"", "all", "whole"} else line.key
