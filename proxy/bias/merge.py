"""Sums of several groups put together: departments that are too small to be shown apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from proxy.privacy import merge_small

__all__ = ["Basis", "Sums", "added", "shown_departments"]


UNPLACED = "unknown"
"""Department of traffic that no rule places: nobody's headcount, so never merged."""


class Basis(NamedTuple):
    """What must never be mixed in one figure."""

    classifier: str
    classifier_version: str
    version: str
    """Of the rules that counted."""
    language: str


class Sums(Protocol):
    """What is used of the ledger's totals."""

    @property
    def key(self) -> tuple[str | int, ...]:
        """Values of what was asked by."""
        ...

    @property
    def classifier(self) -> str:
        """That scored the sentences."""
        ...

    @property
    def classifier_version(self) -> str:
        """Its version."""
        ...

    @property
    def version(self) -> str:
        """Of the rules that counted."""
        ...

    @property
    def language(self) -> str:
        """Of the answers."""
        ...

    @property
    def sums(self) -> Mapping[str, float]:
        """Per key of `KEYS`."""
        ...


def added(
    totals: Iterable[Sums], shown: Callable[[str], str] = str
) -> dict[tuple[str, Basis], Mapping[str, float]]:
    """Sums by the name that a group is shown under, and by basis.

    `shown`: the group's name ("" where all are asked for together) to the one it is shown
    under. Departments: `shown_departments`.
    """
    found: dict[tuple[str, Basis], Counter[str]] = {}
    for one in totals:
        name = shown(str(one.key[0])) if one.key else ""
        basis = Basis(one.classifier, one.classifier_version, one.version, one.language)
        found.setdefault((name, basis), Counter()).update(one.sums)
    return dict(found)


def shown_departments(
    seen: Iterable[str], headcounts: Mapping[str, int], k: int
) -> Callable[[str], str]:
    """The name under which each department is shown, those under k agents merged.

    `seen`: departments of the ledger; one that is not declared has no agents.
    """
    heads = dict.fromkeys(seen, 0) | dict(headcounts)
    heads.pop(UNPLACED, None)
    merged = merge_small(heads, k)
    return lambda name: merged.get(name, name)
