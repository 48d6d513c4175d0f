"""What Jauge itself consumed, by hour, and what share that is of what it measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from proxy.ledger import schema
from proxy.ledger.dialect import Bulk
from proxy.ledger.intake import hour_of
from proxy.records import Range

__all__ = [
    "AT_THE_PLUG",
    "AuditShare",
    "Component",
    "OwnEnergy",
    "Source",
    "add",
    "share",
    "totals",
]

AT_THE_PLUG = Range(1.0, 1.0, 1.0)
"""Power usage effectiveness where the cooling of the room is left out."""

Component = Literal["cpu", "ram"]
Source = Literal["measured", "estimated"]


@dataclass(frozen=True, slots=True)
class OwnEnergy:
    """Electricity of Jauge's own processes, without the building's cooling."""

    at: float
    """Unix time; stored as the hour that holds it."""
    component: Component
    source: Source
    measured_s: float
    """Seconds that were watched."""
    machine_wh: float
    """Of the whole machine's component."""
    own_wh: Range
    """The part of it that was Jauge's."""


@dataclass(frozen=True, slots=True)
class AuditShare:
    """What the audit cost, against what it measured."""

    own_wh: Range
    """Jauge's electricity, cooling of its room included."""
    measured_wh: Range
    """Electricity of the audited exchanges (`energy_wh`)."""
    watched_s: float
    """Seconds for which the own consumption is known; compare with the period."""
    sources: tuple[str, ...]
    """Of the own consumption: measured, estimated or both."""

    @property
    def percent(self) -> Range | None:
        """Own in percent of measured; None when nothing was measured.

        The two err independently: low is the lowest own against the highest measured.
        """
        if self.measured_wh.low <= 0:
            return None
        return Range(
            100 * self.own_wh.low / self.measured_wh.high,
            100 * self.own_wh.central / self.measured_wh.central,
            100 * self.own_wh.high / self.measured_wh.low,
        )


def add(connection: Connection, statement: Bulk, energies: Iterable[OwnEnergy]) -> None:
    """Add to the hours that hold them. `statement`: adding to `schema.own_energy`."""
    statement.run(
        connection,
        [
            (
                hour_of(one.at),
                one.component,
                one.source,
                one.measured_s,
                one.machine_wh,
                one.own_wh.low,
                one.own_wh.central,
                one.own_wh.high,
            )
            for one in energies
        ],
    )


def totals(connection: Connection, since: float, until: float) -> list[OwnEnergy]:
    """Sums of the hours that start in [since, until), one per component and source.

    `at` is the first of those hours.
    """
    table = schema.own_energy.c
    wanted = (
        select(
            func.min(table.hour),
            table.component,
            table.source,
            func.sum(table.measured_s),
            func.sum(table.machine_wh),
            func.sum(table.low_wh),
            func.sum(table.central_wh),
            func.sum(table.high_wh),
        )
        .where(table.hour >= since, table.hour < until)
        .group_by(table.component, table.source)
        .order_by(table.component, table.source)
    )
    return [
        OwnEnergy(float(line[0]), line[1], line[2], line[3], line[4], Range(*line[5:]))
        for line in connection.execute(wanted)
    ]


def share(own: Iterable[OwnEnergy], measured_wh: Range, pue: Range) -> AuditShare:
    """The audit's own consumption, cooled at `pue`, against what it measured."""
    parts = list(own)
    watched = {one.component: 0.0 for one in parts}
    for one in parts:
        watched[one.component] += one.measured_s
    return AuditShare(
        own_wh=Range(
            pue.low * sum(one.own_wh.low for one in parts),
            pue.central * sum(one.own_wh.central for one in parts),
            pue.high * sum(one.own_wh.high for one in parts),
        ),
        measured_wh=measured_wh,
        watched_s=max(watched.values(), default=0.0),
        sources=tuple(sorted({one.source for one in parts})),
    )
