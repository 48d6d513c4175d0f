"""What a dashboard holds, as data: panels, their queries, variables. No word of a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BOUNDS", "Board", "Kind", "Panel", "Query", "Section", "bounds", "one"]

Kind = Literal["stat", "band", "lines", "bars", "gauges", "table", "text"]
"""stat: figures; band: low to high filled, with the central line; lines; bars: stacked over
time; gauges: one bar per label value, now; table: one line per label value; text."""

BOUNDS = (("low", "_low"), ("central", ""), ("high", "_high"))
"""Name of a bound in the texts, and how it stands in the name of a metric."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query in PromQL."""

    expr: str
    legend: str = ""
    """A key of the texts' `words`, a template of Grafana ("{{tool}}"), or the one before the
    other; empty: the title."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. Its title and description are the texts of its key."""

    key: str
    kind: Kind
    width: int
    """Of the 24 columns."""
    height: int
    """In Grafana's rows of 30 pixels."""
    queries: tuple[Query, ...] = ()
    unit: str = "short"
    """Grafana's name of it."""
    thresholds: tuple[tuple[float, str], ...] = ()
    """Value from which on a colour holds, upwards; below the first it is green."""
    falls: bool = False
    """Whether less is worse: below the first threshold it is red."""
    runbook: str = ""
    """Page of docs/operate/runbooks/ that says what to do, without its end."""
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A row of panels under a heading."""

    key: str
    panels: tuple[Panel, ...]
    heading: bool = True
    """Whether the heading is a row of its own; without it, panels fill the screen."""


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard."""

    key: str
    sections: tuple[Section, ...]
    since: str = "now-30d"


def bounds(template: str, each: str = "") -> tuple[Query, ...]:
    """Low, central and high of a quantity: `{b}` in the template is what tells them apart.

    `each`: template of Grafana that says whose they are, where there are several.
    """
    return tuple(
        Query(template.replace("{b}", infix), f"{legend} {each}".strip())
        for legend, infix in BOUNDS
    )


def one(expr: str, legend: str = "") -> tuple[Query, ...]:
    """A single query."""
    return (Query(expr, legend),)
