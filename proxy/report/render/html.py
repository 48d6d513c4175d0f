"""A document as one HTML file: the canonical, accessible version of a report.

Self-contained: fonts, styles and charts are inside, there is no script, and nothing is
loaded from anywhere. What comes from the configuration is escaped.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from proxy.look import LIGHT, font_faces, tokens
from proxy.report.render.blocks import Block, Columns, Document, anchors

__all__ = ["html", "style"]

_FOLDER = Path(__file__).parent


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    made.globals |= {"anchors": anchors, "kind_of": _kind, "pairs": _pairs}
    return made


def _kind(block: Block) -> str:
    return str(block.__struct_config__.tag)


def _pairs(block: Columns) -> list[tuple[Block, Block]]:
    return list(zip(block.left, block.right, strict=True))


_EVERY_PAGE = (
    '@media print{{@page{{@top-center{{content:"{mark}";font:600 8pt "Inter",sans-serif;'
    "color:{colour}}}}}}}\n"
)
"""What simulated data say of themselves at the head of every printed page."""


def style(document: Document) -> str:
    """The whole style sheet, fonts included."""
    rules = (_FOLDER / "report.css").read_text(encoding="utf-8")
    every = ""
    if document.simulated:
        mark = document.simulated.replace('"', "")
        every = _EVERY_PAGE.format(mark=mark, colour=LIGHT["warn"])
    return f'{font_faces()}{tokens()}:root{{--colon:"{document.colon} "}}\n{rules}{every}'


def html(document: Document) -> str:
    """The file's text: the same for the same document."""
    environment = _environment()
    blocks = environment.get_template("blocks.html.j2").module
    return environment.get_template("report.html.j2").render(
        doc=document,
        # Our own style sheet and fonts: nothing in it comes from outside.
        style=Markup(style(document)),  # noqa: S704
        write=blocks.write,  # type: ignore[attr-defined]
    )
