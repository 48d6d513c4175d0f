"""Ranges side by side: a bar from low to high, a mark at the central value, the figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxy.charts.scale import Scale, scale_for
from proxy.charts.svg import SIZE, WIDTH, element, figure, line, rect, text, wrapped
from proxy.look import LIGHT, width
from proxy.records import Range
from proxy.texts import Texts

__all__ = ["Bar", "range_bars"]

_ROW = 29.0
_THICK = 14.0
_TOP = 8.0
_LABEL_ROOM = 190.0
_GAP = 12.0
_AXIS = 26.0
_NOTE = 14.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One row."""

    label: str
    span: Range
    """In the chart's unit; high may be infinite."""
    figures: str
    """As they are printed beside it, unit included."""


def range_bars(ident: str, title: str, desc: str, bars: Sequence[Bar], texts: Texts) -> str:
    """A chart of at least one bar; the axis is logarithmic where the spans are wide."""
    scale = scale_for([bar.span for bar in bars])
    labels = [wrapped(bar.label, _LABEL_ROOM) for bar in bars]
    left = max(width(part, SIZE) for parts in labels for part in parts) + _GAP
    right = WIDTH - max(width(bar.figures, SIZE) for bar in bars) - _GAP
    axis = _AXIS + (_NOTE if scale.log else 0.0)
    height = _TOP + _ROW * len(bars) + axis

    def body() -> Iterator[str]:
        yield from _axis(scale, left, right, height - axis, texts)
        for row, (bar, parts) in enumerate(zip(bars, labels, strict=True)):
            middle = _TOP + _ROW * (row + 0.5)
            yield from _label(parts, middle)
            yield from _bar(bar.span, scale, left, right, middle)
            yield text(right + _GAP, middle + 4.5, bar.figures)

    return figure(ident, title, desc, height, body())


def _label(parts: Sequence[str], middle: float) -> Iterator[str]:
    top = middle + 4.5 - (len(parts) - 1) * 7.5
    for number, part in enumerate(parts):
        yield text(0.0, top + 15.0 * number, part)


def _bar(span: Range, scale: Scale, left: float, right: float, middle: float) -> Iterator[str]:
    def at(value: float) -> float:
        return left + scale.place(value) * (right - left)

    start, end = at(span.low), at(span.high)
    yield rect(
        start,
        middle - _THICK / 2,
        max(end - start, 1.5),
        _THICK,
        "band",
        stroke=LIGHT["accent"],
        stroke_width=0.8,
    )
    if math.isinf(span.high):
        yield _arrow(right, middle, 5.0)
    if scale.log and span.low <= 0:
        yield _arrow(left, middle, -5.0)
    if math.isfinite(span.central):
        yield rect(at(span.central) - 1.75, middle - _THICK / 2 - 3, 3.5, _THICK + 6, "central")


def _arrow(x: float, middle: float, long: float) -> str:
    """The bar goes on beyond the axis."""
    half = _THICK / 2
    return element(
        "path",
        d=f"M{x:.1f} {middle - half:.1f}L{x + long:.1f} {middle:.1f}L{x:.1f} {middle + half:.1f}Z",
        class_="c-central",
        fill=LIGHT["accent"],
    )


def _axis(scale: Scale, left: float, right: float, bottom: float, texts: Texts) -> Iterator[str]:
    free = -math.inf
    for tick in scale.ticks:
        x = left + scale.place(tick) * (right - left)
        yield line(x, _TOP, x, bottom, "grid")
        shown = texts.tick(tick)
        half = width(shown, SIZE) / 2
        if x - half > free:
            yield text(x, bottom + 17, shown, role="soft", anchor="middle")
            free = x + half + 6
    yield line(left, bottom, right, bottom)
    if scale.log:
        yield text(right, bottom + 32, texts.t("common.log_axis"), role="soft", anchor="end")
