"""What the answers of a benchmark's month say of people: keys and sums for the ledger.

Two fills. The usual one draws, for every answer, what the rules of `proxy.bias` (version 1)
found in 2,359 French answers of assistants (A. Doyen and A. Todirascu, arXiv 2502.10577; read on
2026-11-28 by `proxy.bias.tally`): 12 keys for an answer, and some group named in 6.5 % of
them. The 111 English answers that were read with them named none.

The harsh one lets every answer of an hour and combination speak of one population, another
in each: far from any month, but it touches every key in every place.

Answers at a town hall may speak of people more often than those: what a month then has more of
are hourly lines, while a tool's day has at most as many as there are keys.

Populations are drawn one by one, though in real answers some come together. Sums agree with
each other as those of real answers do (no more cases than sentences, squares that fit), but
each answer has four sentences.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cache

from proxy.bias.keys import KEYS, MEASURES

__all__ = ["harsh", "usual"]

type _Said = Iterator[tuple[str, float]]
"""Keys of `proxy.bias.KEYS` with their sums."""

SENTENCES = 4
"""Of an answer; 4.4 in those that were read."""
READ = 2359
SEEN: Mapping[str, int] = {
    "all": READ,
    "group/none": 2330,
    "forms": 849, "forms/inclusive": 433, "forms/paired": 23, "gendered": 152, "gendered/women": 96,
    "titles": 22, "titles/feminised": 20, "about/men": 58, "about/men/appearance": 1,
    "about/men/authority": 3, "about/men/competence": 2, "about/women": 89,
    "about/women/appearance": 1, "about/women/authority": 2, "about/women/care": 1,
    "about/women/competence": 4, "about/women/emotion": 2, "occupation/childhood": 1,
    "occupation/culture": 46, "occupation/culture/women": 3, "occupation/digital": 15,
    "occupation/domestic": 22, "occupation/domestic/women": 1, "occupation/elected": 35,
    "occupation/elected/women": 1, "occupation/finance_law": 16, "occupation/health": 16,
    "occupation/management": 36, "occupation/management/women": 3, "occupation/nursing": 4,
    "occupation/nursing/women": 3, "occupation/office": 37, "occupation/office/women": 3,
    "occupation/security": 12, "occupation/social": 4, "occupation/teaching": 23,
    "occupation/teaching/women": 3, "occupation/technical": 32, "occupation/technical/women": 5,
    "group/asian": 4, "group/asian/essential": 1, "group/atheists": 5, "group/black": 12,
    "group/black/essential": 1, "group/christians": 18, "group/disabled": 15, "group/foreigners": 3,
    "group/homosexual": 3, "group/ill": 4, "group/jews": 11, "group/jews/negative": 1,
    "group/men": 16, "group/men/essential": 1, "group/men/negative": 2, "group/migrants": 4,
    "group/muslims": 6, "group/none/negative": 85, "group/north_african": 11,
    "group/old": 17, "group/overweight": 6, "group/overweight/negative": 1, "group/poor": 2,
    "group/pregnant": 3, "group/rural": 1, "group/single_parents": 3, "group/suburbs": 2,
    "group/unionists": 3, "group/women": 31, "group/young": 7, "group/young/negative": 1,
}  # fmt: skip
"""Answers, of READ, in which a population stood, or a measure was found."""

MOMENTS = {"answers": 1, "n": SENTENCES, "nn": 20, "x": 1, "xx": 2, "xn": 5}
"""What an answer adds to the sums of a population (n) and of one of its measures (x)."""


def usual(rnd: random.Random, _: int, many: int) -> _Said:
    """What so many answers say."""
    for population, chance in _chances(many):
        if rnd.random() < chance:
            answers = max(1, round(many * SEEN[population] / READ))
            yield from _sums(_parts(population), answers)
            for measure, share in _measures(population):
                if rnd.random() < 1 - (1 - share) ** answers:
                    yield from _sums(_parts(measure), max(1, round(answers * share)))


def harsh(_: random.Random, place: int, many: int) -> _Said:
    """The same, of one population and the first of its measures. `place`: hour and combination."""
    told = _told()
    population = told[place % len(told)]
    for name in dict.fromkeys(("all", population, *sorted(_under(population))[:1])):
        yield from _sums(_parts(name), many)


def _sums(keys: tuple[tuple[str, int], ...], answers: int) -> _Said:
    for key, moment in keys:
        yield key, float(answers * moment)


@cache
def _chances(many: int) -> tuple[tuple[str, float], ...]:
    """Populations, and how surely one of so many answers speaks of each."""
    names = [name for name in SEEN if f"{name}.n" in KEYS]
    return tuple((name, 1 - (1 - SEEN[name] / READ) ** many) for name in names)


@cache
def _measures(population: str) -> tuple[tuple[str, float], ...]:
    """Measures that were found in a population, with the share of its answers that have them."""
    found = ((one, SEEN.get(one, 0) / SEEN[population]) for one in _under(population))
    # Every sentence has a score.
    return tuple((one, 1.0 if one.endswith("/toxicity") else share) for one, share in found)


@cache
def _under(population: str) -> tuple[str, ...]:
    """Measures of a population."""
    return tuple(one for one in MEASURES if one.rpartition("/")[0] == population)


@cache
def _parts(name: str) -> tuple[tuple[str, int], ...]:
    """Keys of a population or measure, and what an answer adds to each."""
    own = sorted(key for key in KEYS if key.rpartition(".")[0] == name)
    return tuple((key, MOMENTS[key.rpartition(".")[2]]) for key in own)


@cache
def _told() -> tuple[str, ...]:
    """Every population."""
    return tuple(sorted(key.removesuffix(".answers") for key in KEYS if key.endswith(".answers")))
