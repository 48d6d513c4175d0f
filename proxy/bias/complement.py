"""Counts that a subtraction would give away: what is withheld of one, taken from the whole.

A group that few answers name is told of nobody (`month.LEAST_MENTIONS`). Where the figures of all
tools stand beside those of all but one, the one that is withheld is the difference. So where
what is withheld of a group comes to fewer than that together, the smallest count that would be
told is withheld too.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.bias.keys import group_names
from proxy.bias.merge import Basis
from proxy.bias.month import LEAST_ANSWERS, LEAST_MENTIONS

__all__ = ["withheld"]

type Split = Mapping[tuple[str, Basis], Mapping[str, float]]
"""Sums by the name of a part and by basis: what `merge.added` gives."""


def withheld(split: Split) -> Mapping[tuple[str, Basis], frozenset[str]]:
    """The groups of which each part must say nothing, beside those that it says nothing of."""
    found: dict[tuple[str, Basis], set[str]] = {}
    for basis in dict.fromkeys(basis for _, basis in split):
        parts = {at: sums for at, sums in split.items() if at[1] == basis}
        for group in group_names():
            counts = {
                at: round(sums.get(f"group/{group}.answers", 0)) for at, sums in parts.items()
            }
            hidden = {at for at, sums in parts.items() if _hidden(sums, counts[at])}
            if 0 < sum(counts[at] for at in hidden) < LEAST_MENTIONS:
                told = [at for at in sorted(parts) if at not in hidden and counts[at]]
                if told:
                    found.setdefault(min(told, key=counts.__getitem__), set()).add(group)
    return {at: frozenset(groups) for at, groups in found.items()}


def _hidden(sums: Mapping[str, float], answers: int) -> bool:
    """What `month.figures` says nothing of by itself."""
    return sums.get("all.answers", 0) < LEAST_ANSWERS or 0 < answers < LEAST_MENTIONS
