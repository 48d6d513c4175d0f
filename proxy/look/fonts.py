"""The typeface that is shipped: Inter (SIL Open Font License, fonts/OFL.txt)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["FACES", "FOLDER", "Face", "font_faces", "width"]

FOLDER = Path(__file__).parent / "fonts"
"""Holds the faces as .otf (for Typst) and .woff2 (for browsers)."""


@dataclass(frozen=True, slots=True)
class Face:
    """One file of the typeface."""

    file: str
    """Without its ending."""
    family: str
    weight: int


FACES = (
    Face("Inter-Regular", "Inter", 400),
    Face("Inter-SemiBold", "Inter", 600),
    Face("InterDisplay-Bold", "Inter Display", 700),
)


def font_faces(base: str | None = None) -> str:
    """The @font-face rules: files under the address `base`, or inline without one."""
    rules = []
    for face in FACES:
        if base is None:
            data = base64.b64encode((FOLDER / f"{face.file}.woff2").read_bytes()).decode("ascii")
            source = f"data:font/woff2;base64,{data}"
        else:
            source = f"{base.rstrip('/')}/{face.file}.woff2"
        rules.append(
            f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
            f'font-style:normal;font-display:swap;src:url("{source}") format("woff2")}}\n'
        )
    return "".join(rules)


@cache
def _advances() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(
        (FOLDER / "advances.json").read_text(encoding="ascii")
    )
    return found


_WIDE = 1000
"""Thousandths of the size, for a character that the subset lacks: rather too wide."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, in the unit of `size`, without kerning."""
    advances = _advances()["semibold" if bold else "regular"]
    return sum(advances.get(char, _WIDE) for char in text) * size / 1000
