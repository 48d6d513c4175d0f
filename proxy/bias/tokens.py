"""A sentence as words and the marks that matter between them, and lists of terms to find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

__all__ = ["Terms", "forms", "tokens", "words"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?=[^\W\d_]))?|[·•(),/.;:?!\-–]|\d+")
_OPTIONAL = re.compile(r"\(([^)]*)\)")


def tokens(sentence: str) -> list[str]:
    """Words (an elided one keeps its apostrophe), numbers and marks, as written."""
    return _TOKEN.findall(sentence.replace("’", "'"))


def words(sentence: str) -> list[str]:
    """The same in lower case."""
    return tokens(sentence.lower())


def forms(term: str) -> Iterator[tuple[str, ...]]:
    """Every spelling of a term, as words.

    A bracket with "|" is one of its choices, without it may be left out: "dou(x|ce)" gives
    doux and douce, "sage(s)" gives sage and sages.
    """
    choices: list[tuple[str, ...]] = []
    for index, piece in enumerate(_OPTIONAL.split(term)):
        if not index % 2:
            choices.append((piece,))
        elif "|" in piece:
            choices.append(tuple(piece.split("|")))
        else:
            choices.append(("", piece))
    for choice in product(*choices):
        yield tuple(words("".join(choice)))


class Terms:
    """Terms of one or several words, each with a name, found in one pass over the words."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        found: dict[tuple[str, ...], list[str]] = {}
        for name, terms in named:
            for term in terms:
                for form in forms(term):
                    names = found.setdefault(form, [])
                    if name not in names:
                        names.append(name)
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for form in sorted(found, key=len, reverse=True):
            entry = (form, tuple(found[form]))
            self._by_first.setdefault(form[0], []).append(entry)

    def find(self, low: list[str]) -> list[tuple[str, int, int]]:
        """Name, first word and the word after the last of every term, the longest at a place."""
        by_first = self._by_first
        hits = [at for at, word in enumerate(low) if word in by_first]
        found: list[tuple[str, int, int]] = []
        free = 0
        for at in hits:
            if at < free:
                continue
            for form, names in by_first[low[at]]:
                if len(form) == 1 or tuple(low[at : at + len(form)]) == form:
                    free = at + len(form)
                    found += [(name, at, free) for name in names]
                    break
        return found
