"""The colours of the page, the reports and their charts, by role, for light and dark.

Contrast is measured (WCAG 2.2, success criteria 1.4.3 and 1.4.11): the pairs that are used
are listed in `PAIRS` with the ratio that each must reach, and a test computes every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DARK", "LIGHT", "PAIRS", "contrast"]

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "page": "#fbfaf7",  # ground of the page
        "card": "#ffffff",  # ground of a box
        "tint": "#e8f1ee",  # ground of a box that stands out
        "warn-tint": "#fdf0e6",  # ground of a warning
        "ink": "#1f2a37",  # text
        "soft": "#4b5563",  # text of second rank
        "line": "#d5d9dd",  # rules that only separate
        "edge": "#7a828c",  # borders that mean something, axes
        "accent": "#17574b",  # links, headings, the central value
        "warn": "#9a3412",  # text of a warning
        "band": "#9fcabf",  # an interval
        "series-1": "#17574b",
        "series-2": "#c77d0a",
        "series-3": "#3f6ea6",
        "series-4": "#7b5a86",
        "series-5": "#7a828c",
    }
)

DARK: Mapping[str, str] = MappingProxyType(
    {
        "page": "#14181d",
        "card": "#1d232b",
        "tint": "#16302b",
        "warn-tint": "#33231a",
        "ink": "#eef1f4",
        "soft": "#b6bfc9",
        "line": "#38414c",
        "edge": "#8b95a1",
        "accent": "#7cc7b5",
        "warn": "#f2a97e",
        "band": "#386a60",
        "series-1": "#7cc7b5",
        "series-2": "#e0a34a",
        "series-3": "#8db4e2",
        "series-4": "#c3a1cf",
        "series-5": "#8b95a1",
    }
)

PAIRS: tuple[tuple[str, str, float], ...] = (
    *((text, ground, 4.5) for text in ("ink", "soft", "accent") for ground in ("page", "card")),
    *((text, "tint", 4.5) for text in ("ink", "soft", "accent")),
    *((text, "warn-tint", 4.5) for text in ("ink", "warn")),
    ("warn", "page", 4.5),
    ("warn", "card", 4.5),
    ("card", "accent", 4.5),
    ("edge", "page", 3.0),
    ("edge", "card", 3.0),
    ("accent", "band", 3.0),
    *((f"series-{n}", "card", 3.0) for n in range(1, 6)),
    *((f"series-{n}", "page", 3.0) for n in range(1, 6)),
)
"""Foreground, ground, least ratio: 4.5 for text, 3 for what else carries meaning."""


def contrast(one: str, other: str) -> float:
    """The ratio of two colours written #rrggbb, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
