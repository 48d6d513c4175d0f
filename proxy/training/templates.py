"""Sentences about groups of people, for training: that a group is named says nothing.

Each group stands in the same harmless and the same hateful sentences, so that its name
weighs neither way. Written for this project; the tests use other sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import yaml

__all__ = ["FILE", "Example", "examples"]

_VOWELS = ("A", "E", "I", "O", "U", "a", "e", "i", "o", "u", "é", "h")

PLAIN = 10
"""How often a sentence without a group is repeated."""
FILE = Path(__file__).with_name("templates.yaml")


class _Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[str, ...]
    harmless: tuple[str, ...]
    plain: tuple[str, ...]
    """Harmless sentences without a group, built like hateful ones."""
    hateful: tuple[str, ...]


class Example(msgspec.Struct, frozen=True):
    """One sentence."""

    text: str
    toxic: bool


def examples(language: str) -> Iterator[Example]:
    """Every group in every sentence of a language."""
    found = _read(language)
    for text in found.plain:
        # As often as a group is named in a sentence, or they would weigh nothing.
        yield from (Example(_fill(text, ""), toxic=False) for _ in range(PLAIN))
    for texts, toxic in ((found.harmless, False), (found.hateful, True)):
        for text in texts:
            for group in found.groups:
                yield Example(_fill(text, group), toxic)


def _fill(text: str, group: str) -> str:
    if group.startswith(_VOWELS):
        text = text.replace(" de {}", " d'{}")
    filled = text.replace("{}", group)
    return filled[0].upper() + filled[1:]


def _read(language: str) -> _Language:
    data = yaml.safe_load(FILE.read_text("utf-8"))
    return msgspec.convert(data, dict[str, _Language])[language]
