"""How the page and the reports look: palette, sizes of type, the shipped typeface."""

from proxy.look.css import SCALE, tokens
from proxy.look.fonts import FACES, FOLDER, Face, font_faces, width
from proxy.look.palette import DARK, LIGHT, PAIRS, contrast

__all__ = [
    "DARK",
    "FACES",
    "FOLDER",
    "LIGHT",
    "PAIRS",
    "SCALE",
    "Face",
    "contrast",
    "font_faces",
    "tokens",
    "width",
]
