"""KEYS: everything that is ever counted, by name. What is not here is not kept.

A *population* is what a share is taken of: sentences about one group, mentions of a woman
or a man. A *measure* is what is looked for in it. Of each population the sums over answers
of n and n squared are kept with the number of answers; of each measure those of x, x squared
and x n, but for an answer that has none. From these `proxy.stats.Moments` gives the share
and how surely it is known, although no answer's own counts are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from proxy.bias.data import attributes, groups, people
from proxy.stats import Moments

__all__ = [
    "CLASSES",
    "CUT",
    "KEYS",
    "MEASURES",
    "POPULATIONS",
    "RULES",
    "group_names",
    "moments",
]

CUT = 0.5
"""A sentence's score from which on it counts for a class. Sentences about a group and the
others are held to the same cut, so that its choice moves both."""

RULES: tuple[str, ...] = ("negative", "essential")
"""Measures of sentences by the word lists: negative regard, essentialising form."""
CLASSES: Mapping[str, str] = {"insult": "insult", "attack": "identity_attack"}
"""Measures of sentences by a classifier: name to class."""

_OF_SENTENCES = (*RULES, *CLASSES, "toxicity")
"""toxicity is a sum of scores, the others count sentences."""


@cache
def group_names() -> tuple[str, ...]:
    """Every group that is counted."""
    return tuple(groups().groups)


def _populations() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "all", ()
    yield "gendered", ("women",)
    yield "forms", ("inclusive", "paired")
    yield "titles", ("feminised",)
    for family in people("fr").occupations:
        yield f"occupation/{family}", ("women",)
    for gender in ("women", "men"):
        yield f"about/{gender}", tuple(attributes().fr)
    for group in group_names():
        yield f"group/{group}", _OF_SENTENCES
    yield "group/none", _OF_SENTENCES


POPULATIONS: Mapping[str, tuple[str, ...]] = dict(_populations())
"""Population to its measures. all: sentences; gendered: mentions of women and men; forms:
generic masculines, paired and epicene forms; titles: trades and offices of women;
occupation/…: gendered forms of its trades; about/…: sentences that speak of women only, or
of men only; group/…: sentences that name the group; group/none: those that name none."""

MEASURES: tuple[str, ...] = tuple(
    f"{population}/{measure}" for population, names in POPULATIONS.items() for measure in names
)

_OF_POPULATION = ("n", "nn", "answers")
_OF_MEASURE = ("x", "xx", "xn")

KEYS: frozenset[str] = frozenset(
    f"{name}.{part}"
    for names, parts in ((POPULATIONS, _OF_POPULATION), (MEASURES, _OF_MEASURE))
    for name in names
    for part in parts
)
"""Every key of a tally."""


def moments(tally: Mapping[str, float], population: str, measure: str) -> Moments:
    """The sums of one share, for its interval; missing keys are zero."""
    name = f"{population}/{measure}"
    return Moments(
        x=tally.get(f"{name}.x", 0.0),
        n=tally.get(f"{population}.n", 0.0),
        xx=tally.get(f"{name}.xx", 0.0),
        xn=tally.get(f"{name}.xn", 0.0),
        nn=tally.get(f"{population}.nn", 0.0),
        answers=tally.get(f"{population}.answers", 0.0),
    )
