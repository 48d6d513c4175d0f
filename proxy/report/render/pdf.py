"""A document as PDF/UA-1, by Typst (docs/decisions/0100-report-formats.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import typst

from proxy.look import FOLDER, LIGHT
from proxy.report.render.blocks import Document

__all__ = ["STANDARD", "pdf"]

STANDARD: Literal["ua-1"] = "ua-1"
_TEMPLATE = Path(__file__).parent / "report.typ"


def pdf(document: Document) -> bytes:
    """The bytes of the file: the same for the same document. Raises typst.TypstError."""
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
