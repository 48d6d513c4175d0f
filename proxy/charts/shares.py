"""Parts of a whole: one bar, cut into patterns that also differ without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxy.charts.svg import SIZE, WIDTH, element, figure, fitted, text
from proxy.look import LIGHT, width
from proxy.texts import Texts

__all__ = ["MOST", "Part", "shares"]

MOST = 5
"""Parts that a bar may have; the caller sums the rest."""
_BAR = 34.0
_LINE = 22.0
_INNER = 44.0
"""Width from which a part holds its percentage."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part."""

    label: str
    value: float
    figures: str
    """As printed beside the label."""


def shares(ident: str, title: str, desc: str, parts: Sequence[Part], texts: Texts) -> str:
    """A chart of up to `MOST` parts whose sum is above 0."""
    if len(parts) > MOST:
        raise ValueError(f"expected at most {MOST} parts, got {len(parts)}")
    whole = sum(part.value for part in parts)
    if whole <= 0:
        raise ValueError("expected parts with a sum above 0")
    columns = min(len(parts), 2)
    rows = -(-len(parts) // columns)
    height = _BAR + 14 + _LINE * rows

    def body() -> Iterator[str]:
        yield element("defs", "".join(_pattern(ident, n) for n in range(2, len(parts) + 1)))
        at = 0.0
        for number, part in enumerate(parts, 1):
            wide = WIDTH * part.value / whole
            yield _piece(ident, number, at, 0.0, wide, _BAR)
            yield from _inside(part.value / whole, at, wide, texts)
            at += wide
        room = WIDTH / columns
        for index, part in enumerate(parts):
            x, y = room * (index % columns), _BAR + 14 + _LINE * (index // columns)
            yield _piece(ident, index + 1, x, y, 22.0, 14.0)
            figures = f"  {part.figures}"
            label = fitted(part.label, room - 34 - width(figures, SIZE) - 12)
            yield text(x + 30, y + 11.5, label)
            beside = x + 34 + width(label, SIZE)
            yield text(beside, y + 11.5, part.figures, role="soft")

    return figure(ident, title, desc, height, body())


def _piece(  # noqa: PLR0913, PLR0917 - a rectangle
    ident: str, number: int, x: float, y: float, wide: float, high: float
) -> str:
    return element(
        "rect",
        x=x + 0.5,
        y=y + 0.5,
        width=max(wide - 1, 0.5),
        height=high - 1,
        fill=LIGHT["series-1"] if number == 1 else f"url(#{ident}-{number})",
        stroke=LIGHT[f"series-{number}"],
        class_="c-fill-1 c-stroke-1" if number == 1 else f"c-stroke-{number}",
    )


def _inside(share: float, at: float, wide: float, texts: Texts) -> Iterator[str]:
    """The percentage on a plate, where there is room."""
    shown = texts.percent(share)
    plate = width(shown, SIZE, bold=True) + 10
    if wide < max(_INNER, plate + 8):
        return
    middle = at + wide / 2
    yield element(
        "rect",
        x=middle - plate / 2,
        y=8.0,
        width=plate,
        height=_BAR - 16,
        rx=3,
        class_="c-page",
        fill=LIGHT["card"],
    )
    yield text(middle, _BAR / 2 + 4.5, shown, anchor="middle", bold=True)


_MARKS = {
    2: '<path d="M0 8L8 0M-2 2L2 -2M6 10L10 6" {stroke} stroke-width="2"/>',
    3: '<circle cx="4" cy="4" r="1.9" {fill}/>',
    4: '<path d="M0 4H8M4 0V8" {stroke} stroke-width="1.4"/>',
    5: "",
}
"""Drawn on the ground of a card; the first part is solid, the fifth one empty."""


def _pattern(ident: str, number: int) -> str:
    colour = LIGHT[f"series-{number}"]
    marks = _MARKS[number].format(
        stroke=f'class="c-stroke-{number}" stroke="{colour}"',
        fill=f'class="c-fill-{number}" fill="{colour}"',
    )
    content = f'<rect width="8" height="8" class="c-page" fill="{LIGHT["card"]}"/>{marks}'
    return element(
        "pattern",
        content,
        id=f"{ident}-{number}",
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
    )
