"""Our intervals against what others have published of one request, for the same scope.

config/factors/published.yaml holds the figures and the scope of each: whole data centre
or accelerators only, water on site or all of it, which model, how many tokens. A figure
that one of our methods was made from is compared without that method.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Annotated, Literal

import msgspec
import yaml
from msgspec import Meta

from proxy.config import SHIPPED
from proxy.exchange import CountSource, Exchange
from proxy.impact.energy import token_energy
from proxy.impact.estimate import Estimator
from proxy.impact.figures import FactorError, Text, convert
from proxy.impact.ranges import ONE, scaled, total
from proxy.impact.rates import rates
from proxy.records import QUANTITIES, Range

__all__ = [
    "FILE",
    "Comparison",
    "Published",
    "PublishedFile",
    "Summary",
    "compare",
    "read",
    "summary",
    "table",
]

FILE = SHIPPED / "factors" / "published.yaml"

Quantity = Literal[
    "energy_wh",
    "water_onsite_ml",
    "water_total_ml",
    "ghg_use_gco2e",
    "ghg_total_gco2e",
    "adpe_mgsb",
]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The request that a figure is about."""

    model: Text
    provider: Text
    input_tokens: Annotated[int, Meta(ge=0)]
    output_tokens: Annotated[int, Meta(ge=0)]
    output_source: CountSource = "reported"
    """counted: reasoning that is not shown comes on top."""


class Published(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published figure."""

    id: Text
    quantity: Quantity
    value: Annotated[float, Meta(gt=0)]
    unit: Text
    source: Text
    checked: dt.date
    scope: Text
    scope_fr: str = ""
    """The scope in French, for figures that reach French readers."""
    request: Request
    boundary: Literal["whole", "accelerators"] = "whole"
    """accelerators: without host, idle machines and the data centre's overhead."""
    without: tuple[str, ...] = ()
    """Methods that were made from this figure."""
    counted: bool = True
    note: str = ""
    """Why it does not count, or why our interval misses it."""


class PublishedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/factors/published.yaml."""

    version: Annotated[int, Meta(ge=1)]
    figures: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published figure beside our interval for the same scope."""

    figure: Published
    ours: Range

    @property
    def hit(self) -> bool:
        """Whether our interval holds the figure."""
        return self.ours.low <= self.figure.value <= self.ours.high

    @property
    def width(self) -> float:
        """High over low."""
        return self.ours.high / self.ours.low

    @property
    def off(self) -> float:
        """By which factor the nearer end misses the figure; 1 for a hit."""
        value = self.figure.value
        return max(1.0, self.ours.low / value, value / self.ours.high)


@dataclass(frozen=True, slots=True)
class Summary:
    """Both ends at once: neither hits nor narrowness is worth anything alone."""

    hits: int
    figures: int
    median_width: float


def read(file: Path = FILE) -> tuple[Published, ...]:
    """The published figures. Raises FactorError."""
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise FactorError(str(file), "", "the file cannot be read", "Restore it.") from error
    return convert(data, PublishedFile, str(file), "See docs/method/published.md.").figures


def summary(comparisons: list[Comparison]) -> Summary:
    """Of the figures that count."""
    counted = [one for one in comparisons if one.figure.counted]
    return Summary(
        hits=sum(one.hit for one in counted),
        figures=len(counted),
        median_width=median(one.width for one in counted),
    )


def compare(figure: Published, estimator: Estimator) -> Comparison:
    """Our interval for the scope of a figure."""
    spans = _spans(figure, estimator)
    ours = {
        "water_total_ml": lambda: total(spans["water_onsite_ml"], spans["water_electricity_ml"]),
        "ghg_total_gco2e": lambda: total(spans["ghg_use_gco2e"], spans["ghg_hardware_gco2e"]),
        "adpe_mgsb": lambda: scaled(spans["adpe_kgsb"], 1e6),
    }.get(figure.quantity, lambda: spans[figure.quantity])()
    return Comparison(figure, ours)


def _spans(figure: Published, estimator: Estimator) -> dict[str, Range]:
    exchange = _exchange(figure.request)
    plan, method = estimator.plan(exchange), estimator.factors.method
    place = plan.place
    narrow = figure.boundary == "accelerators"
    tokens = token_energy(
        plan.card, method, place.fleet, without=figure.without, accelerators_only=narrow
    )
    if narrow:
        place = replace(place, pue=ONE)
    own = rates(tokens, place, method.long_context, ONE, ONE)
    return dict(zip(QUANTITIES, estimator.quantities(exchange, own), strict=True))


def _exchange(request: Request) -> Exchange:
    return Exchange(
        id="published",
        started_at=0.0,
        duration_s=1.0,
        tool=request.provider,
        provider=request.provider,
        wire_format="openai-chat",
        model_asked=request.model,
        input_tokens=request.input_tokens,
        output_tokens=request.output_tokens,
        input_source="reported",
        output_source=request.output_source,
    )


def table(comparisons: list[Comparison]) -> str:
    """Every figure beside our interval, hits and width together, each miss with its reason."""
    rows = [_row(one) for one in comparisons]
    head = f"{'figure':34} {'published':>9}   {'low':>8} {'central':>8} {'high':>8} high/low"
    return "\n".join([head, *rows, "", *(_total(*group) for group in _groups(comparisons))])


def _row(one: Comparison) -> str:
    figure, ours = one.figure, one.ours
    outcome = "hit" if one.hit else f"miss by {one.off:.2g}"
    if not figure.counted:
        outcome = f"not counted ({outcome})"
    numbers = f"{ours.low:8.3g} {ours.central:8.3g} {ours.high:8.3g} {one.width:8.1f}"
    line = f"{figure.id:34} {figure.value:9.4g}   {numbers}  {figure.unit}, {outcome}"
    told = not one.hit or not figure.counted
    return f"{line}\n    {figure.note}" if told and figure.note else line


def _groups(comparisons: list[Comparison]) -> list[tuple[str, list[Comparison]]]:
    requests = [
        one
        for one in comparisons
        if one.figure.quantity == "energy_wh" and one.figure.boundary == "whole"
    ]
    return [
        ("all that count", comparisons),
        ("energy of a whole request at the data centre", requests),
    ]


def _total(name: str, comparisons: list[Comparison]) -> str:
    found = summary(comparisons)
    return (
        f"{name}: {found.hits} of {found.figures} inside our interval,"
        f" median high/low {found.median_width:.1f}"
    )
