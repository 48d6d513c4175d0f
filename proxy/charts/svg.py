"""SVG as text: elements with escaped text and rounded numbers, in a figure that speaks.

Colours stand twice: as attributes (light, for print and files) and as classes, which the
style sheet of `proxy.look` may repaint in a dark page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from proxy.look import FACES, LIGHT, width

__all__ = ["SIZE", "WIDTH", "element", "figure", "fitted", "line", "rect", "text", "wrapped"]

WIDTH = 680.0
"""Of every chart, in user units: a quarter of a millimetre each on a page of 170 mm."""
SIZE = 12.5
"""Of the type, in user units: 8.9 points on that page."""
_FAMILY = f"{FACES[0].family}, system-ui, sans-serif"
_IDENT = re.compile(r"[a-z][a-z0-9-]*\Z")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0", 1 if value > -0.005 else 0)
    return escape(str(value), quote=True)


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """One element; `_` in the name of an attribute stands for -, a last one is dropped."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_shown(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def text(  # noqa: PLR0913 - what a label is
    x: float,
    y: float,
    content: str,
    *,
    role: str = "ink",
    anchor: str | None = None,
    bold: bool = False,
    size: float | None = None,
) -> str:
    """A line of text; `role` is ink or soft."""
    return element(
        "text",
        escape(content, quote=False),
        x=x,
        y=y,
        class_="c-text" if role == "ink" else f"c-{role}",
        fill=LIGHT[role],
        text_anchor=anchor,
        font_weight=600 if bold else None,
        font_size=size,
    )


def rect(x: float, y: float, wide: float, high: float, role: str, **more: object) -> str:
    """A filled rectangle, in the colour of its role."""
    return element("rect", x=x, y=y, width=wide, height=high, **_fill(role), **more)


def line(x1: float, y1: float, x2: float, y2: float, role: str = "axis", **more: object) -> str:
    """A straight line: role axis, grid, line or cut."""
    colour = {"axis": "edge", "grid": "line", "line": "accent", "cut": "card"}[role]
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, class_=f"c-{role}", stroke=LIGHT[colour], **more
    )


def _fill(role: str) -> dict[str, object]:
    colour = {"band": "band", "central": "accent", "page": "card"}[role]
    return {"class_": f"c-{role}", "fill": LIGHT[colour]}


def figure(ident: str, title: str, desc: str, height: float, body: Iterable[str]) -> str:
    """A whole chart: role img, named by its title, described by its description."""
    if not _IDENT.match(ident):
        raise ValueError(f"expected an identifier such as energy-by-tool, got {ident!r}")
    content = "".join(
        (
            element("title", escape(title, quote=False), id=f"{ident}-title"),
            element("desc", escape(desc, quote=False), id=f"{ident}-desc"),
            *body,
        )
    )
    return element(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_shown(WIDTH)} {_shown(height)}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
        class_="chart",
        font_family=_FAMILY,
        font_size=SIZE,
    )


def fitted(label: str, room: float, *, bold: bool = False) -> str:
    """The label, cut with an ellipsis where it is wider than the room."""
    if width(label, SIZE, bold=bold) <= room:
        return label
    while label and width(f"{label}…", SIZE, bold=bold) > room:
        label = label[:-1].rstrip()
    return f"{label}…"


def wrapped(label: str, room: float) -> tuple[str, ...]:
    """The label on one line or two, the second one cut where need be."""
    if width(label, SIZE) <= room:
        return (label,)
    words = label.split(" ")
    first = words.pop(0)
    while words and width(f"{first} {words[0]}", SIZE) <= room:
        first = f"{first} {words.pop(0)}"
    rest = " ".join(words)
    return (fitted(first, room), fitted(rest, room)) if rest else (fitted(first, room),)
