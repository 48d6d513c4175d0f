"""The words of the dashboards: one catalogue of messages per language, with the same keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

__all__ = ["LANGUAGES", "Texts", "read"]

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. Every method raises KeyError for a key that is not there."""

    language: str
    content: dict[str, Any]

    def board(self, key: str) -> tuple[str, str]:
        """Title and description of a dashboard."""
        return self._two("boards", key)

    def section(self, key: str) -> str:
        """Heading of a row."""
        return str(self.content["sections"][key])

    def panel(self, key: str) -> tuple[str, str]:
        """Title of a panel, and what it shows."""
        return self._two("panels", key)

    def word(self, key: str) -> str:
        """A word of a legend, a variable's label, a link's text."""
        return str(self.content["words"][key])

    def _two(self, part: str, key: str) -> tuple[str, str]:
        title, text = self.content[part][key]
        return str(title), str(text)


def read(language: str) -> Texts:
    """The catalogue of a language."""
    file = FOLDER / f"{language}.yaml"
    return Texts(language, yaml.safe_load(file.read_text(encoding="utf-8")))
