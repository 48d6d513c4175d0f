"""A word list: reading its file, and finding its terms in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

__all__ = ["Lexicon", "LexiconFile", "words_of"]

Weight = Annotated[float, msgspec.Meta(gt=0, le=1)]

_WORD = re.compile(r"[^\W\d_]+")
_OPTIONAL = re.compile(r"\(([^)]*)\)")


class LexiconFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a word list's file; see its head for the meaning."""

    version: str
    terms: dict[str, dict[str, dict[Weight, list[str]]]]
    """Language, class, weight, terms."""


def words_of(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(plain.replace("œ", "oe").replace("æ", "ae"))


def _forms(term: str) -> Iterator[tuple[str, ...]]:
    """Every spelling of a term, as words: "sale(s)" gives "sale" and "sales"."""
    pieces = _OPTIONAL.split(term)
    choices = [("", piece) if index % 2 else (piece,) for index, piece in enumerate(pieces)]
    for choice in product(*choices):
        yield tuple(words_of("".join(choice)))


class _Language:
    """The terms of one language, by their first word."""

    def __init__(self, classes: Mapping[str, Mapping[float, list[str]]]) -> None:
        weights: dict[tuple[str, ...], tuple[str, float]] = {}
        for name, by_weight in classes.items():
            for weight, terms in by_weight.items():
                for term in terms:
                    weights.update(dict.fromkeys(_forms(term), (name, weight)))
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, float]]] = {}
        # The longest term wins where several begin with the same word.
        for words in sorted(weights, key=len, reverse=True):
            name, weight = weights[words]
            self._by_first.setdefault(words[0], []).append((words, name, weight))

    def find(self, words: list[str]) -> Iterator[tuple[str, float]]:
        """Class and weight of each term in a sentence; no word counts twice."""
        position = 0
        while position < len(words):
            for term, name, weight in self._by_first.get(words[position], ()):
                if tuple(words[position : position + len(term)]) == term:
                    yield name, weight
                    position += len(term)
                    break
            else:
                position += 1


class Lexicon:
    """A compiled word list."""

    def __init__(self, file: LexiconFile) -> None:
        self.version = file.version
        self._classes = tuple(sorted({name for one in file.terms.values() for name in one}))
        self._languages = {name: _Language(classes) for name, classes in file.terms.items()}

    @classmethod
    @cache
    def load(cls, path: Path) -> Lexicon:
        """Read a word list. Raises OSError, yaml.YAMLError or msgspec.ValidationError."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(msgspec.convert(data, LexiconFile, strict=False))

    @property
    def languages(self) -> frozenset[str]:
        """Languages that it has terms of."""
        return frozenset(self._languages)

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes that it has terms of, in alphabetical order."""
        return self._classes

    def score(self, sentence: str, language: str) -> dict[str, float]:
        """How surely a sentence belongs to each class, 0 to 1; classes without a term are left out.

        Several terms of a class are taken as independent: 1 - (1 - w1)(1 - w2)...
        """
        clean: dict[str, float] = {}
        for name, weight in self._languages[language].find(words_of(sentence)):
            clean[name] = clean.get(name, 1.0) * (1.0 - weight)
        return {name: 1.0 - rest for name, rest in clean.items()}
