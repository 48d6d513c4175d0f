"""Impacts from the raw sums of an hour whose exchanges are gone.

An estimate is linear in its counts, so the mean exchange of a line, times its number of
exchanges, is exact, but for the long-context term: that is convex, and of its mean over a
line only bounds are known. By Jensen's inequality it is at least the term of the mean;
and, all counts lying between two ends, at most the chord between those. Low takes the
first, high the second; central lies a third of the way, where evenly spread counts put it.

What sums do not keep is guessed: the languages, the region (from the zone), and the name
of a model that is not in the catalogue. So the sums are estimated by the old factor set
too, and what is taken from them is the ratio of new to old: the original figure, which
knew every exchange, is multiplied by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from proxy.exchange import Exchange
from proxy.impact.counts import Counts, counts
from proxy.impact.estimate import Estimator
from proxy.impact.mean import mean_of
from proxy.ledger.intake import CONTEXT_CLASSES
from proxy.ledger.restate import HourLine, LiveLine, RestatedLine
from proxy.records import Impact
from proxy.restate.chain import Chains
from proxy.restate.outcome import STAGES
from proxy.restate.vector import Vector, flat, plus, scaled, zero

__all__ = ["estimate", "mean_exchange"]

EVEN = 1 / 3
"""Mean of a parabola over evenly spread counts, between its value at the mean and the chord."""

_STARTS = {name: start for start, name in CONTEXT_CLASSES}
_ENDS = {name: following for (_, name), (following, _) in pairwise(CONTEXT_CLASSES)}


@dataclass(frozen=True, slots=True)
class Approximated:
    """A line of sums, restated."""

    stages: tuple[Vector, ...]
    """As it stands after each stage."""
    lines: tuple[RestatedLine, ...]


def restate(line: HourLine, chains: Chains) -> Approximated:
    """A line of an hour by the chains' target, part by part from its original figures."""
    number = line.sums["requests"]
    plain, impact = _estimate(line, chains)
    pieces: list[tuple[Vector, ...]] = []
    lines: list[RestatedLine] = []
    for live in line.live:
        stages = _piece(line, live, chains, scaled(plain, live.requests / number))
        known = line.names["model"] != ""
        tier, quality = (impact.tier, impact.quality) if known else (live.tier, live.quality)
        pieces.append(stages)
        lines.append(
            RestatedLine(line.dimension, tier, quality, impact.zone, live.requests, stages[-1])
        )
    rest = int(number) - sum(live.requests for live in line.live)
    if rest > 0 and any(plain):  # else nothing was counted: a gap, and no zero
        new = scaled(plain, rest / number)
        pieces.append((zero(), *[new] * (len(STAGES) - 1)))
        lines.append(
            RestatedLine(line.dimension, impact.tier, impact.quality, impact.zone, rest, new)
        )
    stages = tuple(plus(zero(), *(one[at] for one in pieces)) for at in range(len(STAGES)))
    return Approximated(stages, tuple(lines))


def _estimate(line: HourLine, chains: Chains) -> tuple[Vector, Impact]:
    """The line by the target alone."""
    names = [live.factor_set for live in line.live]
    chain = chains.find(names[0]) if names else None
    then = chain.steps[0] if chain else chains.target
    return estimate(line, mean_exchange(line, then), chains.target)


def _piece(line: HourLine, live: LiveLine, chains: Chains, plain: Vector) -> tuple[Vector, ...]:
    """What one factor set said of a line, after each stage."""
    then = live.values
    if live.factor_set == chains.target.factors.name:
        return (then,) * len(STAGES)
    chain = chains.find(live.factor_set)
    if chain is None:
        return (then, then, *[plain] * (len(STAGES) - 2))
    exchange = mean_exchange(line, chain.steps[0])
    share = live.requests / line.sums["requests"]
    first, *others = (scaled(estimate(line, exchange, one)[0], share) for one in chain.steps)
    moved = [_moved(then, first, other) for other in others]
    return (then, then, then, then, *moved, moved[-1])


def _moved(original: Vector, old: Vector, new: Vector) -> Vector:
    """The original times new over old; low and high are moved apart where they would cross."""
    values = [
        value * after / before if before > 0 else value + after
        for value, before, after in zip(original, old, new, strict=True)
    ]
    for low in range(0, len(values), 3):
        central = values[low + 1]
        values[low] = min(values[low], central)
        values[low + 2] = max(values[low + 2], central)
    return tuple(values)


def estimate(line: HourLine, exchange: Exchange, by: Estimator) -> tuple[Vector, Impact]:
    """The impacts of a whole line, and that of its mean exchange (for tier, quality, zone)."""
    mean = by.estimate(exchange)
    requests = line.sums["requests"]
    total = scaled(flat(mean), requests)
    found = counts(exchange, by.errors)
    below, above = _long_context(line, found, by)
    if above <= below:
        return total, mean
    rate, gap = by.plan(exchange).rates.longer, requests * (above - below)
    # The term of the mean is in the estimate already: what is added is the rest.
    error = found.input_error
    sides = (
        (0.0, rate.low),
        (EVEN * gap * error.central, rate.central),
        (gap * error.high, rate.high),
    )
    extra = zip(*([many * one for one in side] for many, side in sides), strict=True)
    return _sum(total, [value for triple in extra for value in triple]), mean


def mean_exchange(line: HourLine, then: Estimator) -> Exchange:
    """The mean exchange of a line. `then`: the estimator of the time, for where it ran."""
    return mean_of(line.names, line.sums, then)


def _long_context(line: HourLine, mean: Counts, by: Estimator) -> tuple[float, float]:
    """Bounds of the mean long-context term: computed input times steps beyond the bound."""

    def term(tokens: float) -> float:
        return tokens * by.longer(replace(mean, input=tokens))

    name, number = line.names["context_class"], line.sums["requests"]
    low = 0.0 if mean.cached else float(_STARTS.get(name, 0))
    # Even if all others are as short as they can be, one has no more than the rest.
    high = min(float(_ENDS.get(name, float("inf"))), mean.input * number - low * (number - 1))
    at_mean = term(mean.input)
    if not low <= mean.input <= high or high <= low:
        return at_mean, at_mean
    share = (mean.input - low) / (high - low)
    return at_mean, max(at_mean, term(low) + share * (term(high) - term(low)))


def _sum(one: Vector, other: list[float]) -> Vector:
    return tuple(a + b for a, b in zip(one, other, strict=True))
