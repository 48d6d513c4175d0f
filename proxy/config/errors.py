"""The one error that a wrong configuration raises.

No message holds a value from the files: URLs of parents and ledgers carry secrets.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["ConfigError", "Problem", "did_you_mean"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where in a document, what was expected there, what to do."""

    key: str
    """Dotted path, list indexes included ("edge.listeners.0.target")."""
    expected: str
    remedy: str


class ConfigError(ValueError):
    """A configuration that cannot be used; `others` holds what else is wrong with it."""

    def __init__(
        self, *, file: str, key: str, expected: str, remedy: str, line: int | None = None
    ) -> None:
        self.file = file
        """File as the operator named it, or the `--set` that is at fault."""
        self.key = key
        self.expected = expected
        self.remedy = remedy
        self.line = line
        """Line in the file, from 1, where it is known."""
        self.others: tuple[ConfigError, ...] = ()
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        subject = f"{self.key}: " if self.key else ""
        return f"{place}: {subject}{self.expected}. {self.remedy}"


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy: the known word closest to a mistyped one, else `otherwise`."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else otherwise
