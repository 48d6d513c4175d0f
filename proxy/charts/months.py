"""A quantity month by month: a band from low to high, a line for the central value.

A month that nobody watched is a hole in the band, not a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from proxy.charts.scale import scale_for
from proxy.charts.svg import SIZE, WIDTH, element, figure, line, rect, text
from proxy.look import LIGHT, width
from proxy.records import Range
from proxy.texts import Texts

__all__ = ["Month", "monthly_band"]

_HEIGHT = 190.0
_TOP, _BOTTOM = 24.0, 34.0
_FEW = 13
"""Months of which each gets its name."""
type _Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Month:
    """One place on the axis."""

    name: str
    """2026-10."""
    span: Range | None
    """In the chart's unit; None where it was not observed."""
    changed: bool = False
    """The method changed with this month: a mark says so."""


def monthly_band(  # noqa: PLR0913, PLR0917 - what a chart is
    ident: str, title: str, desc: str, unit: str, months: Sequence[Month], texts: Texts
) -> str:
    """A chart of at least one month, oldest first; `unit` is written over the axis."""
    ends = texts.t("common.low"), texts.t("common.central"), texts.t("common.high")
    scale = scale_for([month.span for month in months if month.span])
    left = max(width(texts.tick(tick), SIZE) for tick in scale.ticks) + 10
    right = WIDTH - max(width(end, SIZE) for end in ends) - 14
    bottom = _HEIGHT - _BOTTOM
    step = (right - left) / max(len(months), 1)

    def x(index: float) -> float:
        return left + step * (index + 0.5)

    def y(value: float) -> float:
        return bottom - scale.place(value) * (bottom - _TOP)

    def body() -> Iterator[str]:
        note = f"{unit}, {texts.t('common.log_axis')}" if scale.log else unit
        yield text(0.0, 12.0, note, role="soft")
        for tick in scale.ticks:
            yield line(left, y(tick), right, y(tick), "axis" if tick == scale.low else "grid")
            yield text(left - 8, y(tick) + 4.5, texts.tick(tick), role="soft", anchor="end")
        for run in _runs(months):
            yield from _run(months, run, x, y)
        for index, month in enumerate(months):
            yield from _foot(month, index, months, x(index), bottom, texts)
        yield from _ends(months, ends, right - step / 2, y)

    return figure(ident, title, desc, _HEIGHT, body())


def _runs(months: Sequence[Month]) -> Iterator[range]:
    """Months in a row that were observed."""
    start = None
    for index, month in enumerate([*months, Month("", None)]):
        if month.span is None:
            if start is not None:
                yield range(start, index)
            start = None
        elif start is None:
            start = index


def _run(months: Sequence[Month], run: range, x: _Place, y: _Place) -> Iterator[str]:
    spans = [(x(index), months[index].span) for index in run]
    known = [(at, span) for at, span in spans if span is not None]
    if len(known) == 1:
        at, span = known[0]
        top, low = y(span.high), y(span.low)
        yield rect(at - 9, top, 18.0, max(low - top, 1.5), "band", stroke=LIGHT["accent"])
    else:
        upper = [f"{at:.1f} {y(span.high):.1f}" for at, span in known]
        lower = [f"{at:.1f} {y(span.low):.1f}" for at, span in reversed(known)]
        centre = [f"{at:.1f} {y(span.central):.1f}" for at, span in known]
        yield element(
            "path",
            d=f"M{'L'.join(upper + lower)}Z",
            class_="c-band",
            fill=LIGHT["band"],
            stroke=LIGHT["accent"],
            stroke_width=0.8,
        )
        yield element(
            "path",
            d=f"M{'L'.join(centre)}",
            fill="none",
            class_="c-line",
            stroke=LIGHT["accent"],
            stroke_width=2.5,
        )
    for at, span in known:
        yield element(
            "circle", cx=at, cy=y(span.central), r=3.5, class_="c-central", fill=LIGHT["accent"]
        )


def _foot(  # noqa: PLR0913, PLR0917 - one label
    month: Month, index: int, months: Sequence[Month], at: float, bottom: float, texts: Texts
) -> Iterator[str]:
    if len(months) <= _FEW:
        yield text(at, bottom + 16, texts.short_month(month.name), role="soft", anchor="middle")
    if index == 0 or month.name.endswith("-01"):
        yield text(at, bottom + 31, month.name[:4], role="soft", anchor="middle")
    if month.span is None:
        yield text(at, bottom - 6, "?", role="soft", anchor="middle")
    if month.changed:
        yield line(at, _TOP - 6, at, bottom, "axis", stroke_dasharray="3 3")


def _ends(
    months: Sequence[Month], names: tuple[str, str, str], at: float, y: _Place
) -> Iterator[str]:
    """The names of the three lines, beside the last month, pushed apart where they meet."""
    last = months[-1].span if months else None
    if last is None:
        return
    places = [y(last.low), y(last.central), y(last.high)]
    places[1] = min(places[1], places[0] - 14)
    places[2] = min(places[2], places[1] - 14)
    for name, place, bold in zip(names, places, (False, True, False), strict=True):
        yield text(at + 16, place + 4.5, name, role="ink", bold=bold)
