"""Rates with their intervals: a dot between two whiskers, on an axis that starts at 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxy.charts.scale import linear
from proxy.charts.svg import SIZE, WIDTH, element, figure, line, text, wrapped
from proxy.look import LIGHT, width
from proxy.texts import Texts

__all__ = ["Rate", "rates"]

_ROW = 30.0
_TOP = 8.0
_AXIS = 26.0
_ROOM = 190.0
_GAP = 12.0


@dataclass(frozen=True, slots=True)
class Rate:
    """One row: a share of 1 with the ends of its interval."""

    label: str
    low: float
    central: float
    high: float
    figures: str
    """As printed beside it, with the counts that it comes from."""


def rates(ident: str, title: str, desc: str, rows: Sequence[Rate], texts: Texts) -> str:
    """A chart of at least one rate."""
    scale = linear(100 * max(row.high for row in rows))
    labels = [wrapped(row.label, _ROOM) for row in rows]
    left = max(width(part, SIZE) for parts in labels for part in parts) + _GAP
    right = WIDTH - max(width(row.figures, SIZE) for row in rows) - _GAP
    bottom = _TOP + _ROW * len(rows)

    def at(share: float) -> float:
        return left + scale.place(100 * share) * (right - left)

    def body() -> Iterator[str]:
        for tick in scale.ticks:
            x = at(tick / 100)
            yield line(x, _TOP, x, bottom, "grid")
            yield text(x, bottom + 17, texts.tick_percent(tick), role="soft", anchor="middle")
        yield line(left, bottom, right, bottom)
        for number, (row, parts) in enumerate(zip(rows, labels, strict=True)):
            middle = _TOP + _ROW * (number + 0.5)
            for index, part in enumerate(parts):
                yield text(0.0, middle + 4.5 - (len(parts) - 1) * 7.5 + 15.0 * index, part)
            yield line(at(row.low), middle, at(row.high), middle, "line", stroke_width=2.5)
            for end in (row.low, row.high):
                yield line(at(end), middle - 5, at(end), middle + 5, "line", stroke_width=2.5)
            yield element(
                "circle",
                cx=at(row.central),
                cy=middle,
                r=5,
                class_="c-central",
                fill=LIGHT["accent"],
            )
            yield text(right + _GAP, middle + 4.5, row.figures)

    return figure(ident, title, desc, bottom + _AXIS, body())
