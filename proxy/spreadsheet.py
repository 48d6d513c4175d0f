"""Text in a CSV cell that a spreadsheet must show and not run.

Names that clients send end up in exports, and a spreadsheet runs a cell that looks like a
formula, whoever wrote it (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

__all__ = ["harmless"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First signs of a text that a spreadsheet would run as a formula."""


def harmless(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would run it. Never for numbers."""
    return f"'{text}" if text.startswith(_FORMULA) else text
