"""Impacts from the raw sums of an hour whose exchanges are gone.

An estimate is linear in its counts, so the mean exchange of a line, times its number of
exchanges, is exact, but for the long-context term: that is convex, and of its mean over a
line only bounds are known. By Jensen's inequality it is at least the term of the mean;
and, all counts lying between two ends, at most the chord between those. Low takes the
first, high the second; central lies a third of the way, where evenly spread counts put it.

What sums do not keep is guessed: the languages, the region (from the zone), and the name
of a model that is not in the catalogue.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from proxy.exchange import Exchange
from proxy.impact.counts import Counts, counts
from proxy.impact.estimate import Estimator
from proxy.ledger.intake import CONTEXT_CLASSES
from proxy.ledger.restate import HourLine
from proxy.records import Impact
from proxy.restate.vector import Vector, flat, scaled

__all__ = ["estimate", "mean_exchange"]

EVEN = 1 / 3
"""Mean of a parabola over evenly spread counts, between its value at the mean and the chord."""

_STARTS = {name: start for start, name in CONTEXT_CLASSES}
_ENDS = {
    name: following
    for (_, name), (following, _) in zip(CONTEXT_CLASSES, CONTEXT_CLASSES[1:], strict=False)
}


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
    names, sums = line.names, line.sums
    number = max(1.0, sums["requests"])
    model = names["model"] or None
    fields: dict[str, Any] = {
        name: sums[name] / number
        for name in ("input_tokens", "output_tokens", "cache_read_tokens", "images", "audio_s")
    }
    plain = Exchange(
        id="",
        started_at=0.0,
        duration_s=0.0,
        tool=names["tool"],
        provider=names["provider"],
        wire_format="",
        model_asked=model,
        reasoning_chars=int(sums["reasoning_chars"] > 0),
        **{
            name: names[name]
            for name in ("operation", "status", "input_source", "output_source", "parse_status")
        },  # type: ignore[arg-type]
        **fields,
    )
    zone = names["zone"]
    if not zone or then.plan(plain).place.zone == zone:
        return plain  # The zone that its provider stands for without a hint.
    return Exchange(**{name: getattr(plain, name) for name in plain.__struct_fields__} | {"region": zone})


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
