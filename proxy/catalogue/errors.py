"""The one error of the catalogue."""

from __future__ import annotations

__all__ = ["CatalogueError"]


class CatalogueError(ValueError):
    """A mistake in the catalogue: which file and key, what was expected, and the remedy."""

    def __init__(self, file: str, key: str, expected: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: expected {expected}; {remedy}")
        self.file = file
        self.key = key
        self.expected = expected
        self.remedy = remedy
