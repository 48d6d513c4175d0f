"""What a report is made of, before it becomes HTML or PDF: plain blocks in an order.

Sections turn the data model into blocks, and each writer (html.py, pdf.py) knows every
kind of block: both formats say the same, because they are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

__all__ = [
    "Block",
    "Box",
    "Bullets",
    "Card",
    "Cards",
    "Chart",
    "Column",
    "Columns",
    "Document",
    "Heading",
    "Pair",
    "Para",
    "Part",
    "Table",
    "Terms",
    "anchors",
]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading inside a part: level 2 for a section, 3 below it."""

    text: str
    level: int = 2
    id: str = ""
    """Address inside the HTML page."""


class Para(msgspec.Struct, frozen=True, tag="para"):
    """A paragraph."""

    text: str
    tone: Literal["", "lead", "soft", "strong"] = ""


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """A list."""

    items: tuple[str, ...]


class Terms(msgspec.Struct, frozen=True, tag="terms"):
    """Terms and what is to be said of each."""

    items: tuple[tuple[str, str], ...]


class Column(msgspec.Struct, frozen=True):
    """A column of a table."""

    name: str
    numbers: bool = False
    """Set to the right, with figures of one width."""
    wide: float = 1.0
    """Share of the width, against the other columns."""


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table: the first cell of a row names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Pair(msgspec.Struct, frozen=True, tag="pair"):
    """Two short, narrow tables side by side, where the page is wide enough."""

    left: Table
    right: Table


class Chart(msgspec.Struct, frozen=True, tag="chart"):
    """A picture, and the words that stand for it."""

    svg: str
    alt: str


class Card(msgspec.Struct, frozen=True):
    """One figure for readers in a hurry: name, interval, central value, in ordinary things."""

    title: str
    value: str
    central: str
    text: str


class Cards(msgspec.Struct, frozen=True, tag="cards"):
    """Figures side by side."""

    items: tuple[Card, ...]


class Box(msgspec.Struct, frozen=True, tag="box"):
    """Set apart, under a heading of its own."""

    title: str
    blocks: tuple[Block, ...]
    tone: Literal["plain", "tint", "warn"] = "plain"
    level: int = 2


class Columns(msgspec.Struct, frozen=True, tag="columns"):
    """Pairs of boxes side by side, where the page is wide enough; as many left as right."""

    left: tuple[Box, ...]
    right: tuple[Box, ...]


type Block = Heading | Para | Bullets | Terms | Table | Pair | Chart | Cards | Box | Columns


class Part(msgspec.Struct, frozen=True):
    """One reader's part of the report."""

    key: Literal["elus", "dsi", "agents"]
    reader: str
    """Whom it is for."""
    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""


class Document(msgspec.Struct, frozen=True):
    """The whole report in one language."""

    lang: str
    title: str
    organisation: str
    period: str
    made: str
    """Until when the data reach, in words."""
    stamp: int
    """The same in seconds since 1970: the date inside the PDF."""
    simulated: str
    """What every page says of simulated data; "" for real ones."""
    contents: str
    """Name of the list of parts."""
    skip: str
    """Name of the link that skips it."""
    page: str
    """The word for a page."""
    colon: str
    """Between a term and what is said of it."""
    formats: str
    """Where the full figures are."""
    parts: tuple[Part, ...]


def anchors(blocks: Sequence[Block]) -> tuple[tuple[str, str], ...]:
    """The addresses of the sections among the blocks, with their headings."""
    return tuple(
        (block.id, block.text) for block in blocks if isinstance(block, Heading) and block.id
    )
