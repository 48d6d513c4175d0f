"""What a sentence says: which groups it names, which attributes, in which form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from proxy.bias.data import attributes, groups
from proxy.bias.tokens import Terms

__all__ = ["About", "Hit", "about"]

NEAR = 6
"""Words between a group's name and what makes the sentence speak of all of it by nature."""
BEFORE = 3

Hit = tuple[str, int, int]
"""Name, first word, and the word after the last."""


class About(NamedTuple):
    """What the words of one sentence are about."""

    groups: list[Hit]
    attributes: list[Hit]
    """Families of attributes."""
    negative: list[Hit]
    """Words of negative regard."""
    essential: list[Hit]
    """What makes it speak of a whole group by nature; none without a group."""


class _Lists:
    def __init__(self, language: str) -> None:
        file = groups()
        named = {name: by[language].terms for name, by in file.groups.items()}
        families: Mapping[str, tuple[str, ...]] = getattr(attributes(), language)
        self.groups = Terms(named.items())
        self.attributes = Terms(families.items())
        self.negative = Terms([("negative", file.negative[language])])
        self.strong = Terms([("strong", file.essential[language])])
        self.weak = Terms([("weak", file.essential_weak[language])])


@cache
def _lists(language: str) -> _Lists:
    return _Lists(language)


def about(low: list[str], language: str) -> About:
    """What one sentence is about. `low`: its tokens in lower case; `language`: fr or en."""
    lists = _lists(language)
    named = lists.groups.find(low)
    attributes_found = lists.attributes.find(low)
    negative = lists.negative.find(low)
    essential: list[Hit] = []
    if named:
        near = _Near(end for _, _, end in named)
        essential = [hit for hit in lists.strong.find(low) if near.holds(hit[1])]
        if not essential and (attributes_found or negative):
            said = {start for _, start, _ in (*attributes_found, *negative)}
            essential = [
                hit
                for hit in lists.weak.find(low)
                if near.holds(hit[1]) and not said.isdisjoint(range(hit[2], hit[2] + NEAR + 1))
            ]
    return About(named, attributes_found, negative, essential)


class _Near:
    """Places close behind a group's name, or just before it."""

    def __init__(self, ends: Iterable[int]) -> None:
        self._ends = frozenset(ends)

    def holds(self, place: int) -> bool:
        return not self._ends.isdisjoint(range(place - NEAR, place + BEFORE + 1))
