"""A document as PDF/UA-1, by Typst (docs/decisions/0100-report-formats.md)."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Literal

import msgspec
import typst

from proxy.look import FOLDER, LIGHT
from proxy.report.render.blocks import Document

__all__ = ["STANDARD", "pdf"]

STANDARD: Literal["ua-1"] = "ua-1"
_TEMPLATE = Path(__file__).parent / "report.typ"
_REMEMBERED = 10
"""Compilations after which Typst drops a layout that none of them used."""
_drawn = count()


def pdf(document: Document) -> bytes:
    """The bytes of the file: the same for the same document. Raises typst.TypstError."""
    if next(_drawn):
        _forget()
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[FOLDER],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={
            "document": msgspec.json.encode(document).decode(),
            "palette": msgspec.json.encode(dict(LIGHT)).decode(),
        },
        pdf_standards=STANDARD,
        timestamp=document.stamp,
    )


def _forget() -> None:
    """Let go of the document before, in another language: 100 MB after a big month.

    Typst has no other way than to compile; eleven empty pages take a sixth of a second.
    """
    for _ in range(_REMEMBERED + 1):
        typst.compile(b"", format="pdf", ignore_system_fonts=True)
