"""What sums can tell: exact where the estimate is linear, bounded where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.impact.estimate import Estimator
from proxy.impact.factors import load
from proxy.ledger import Entry
from proxy.ledger.intake import context_class
from proxy.ledger.restate import HourLine, LiveLine
from proxy.ledger.schema import DIMENSIONS, SUMS
from proxy.restate.approximate import estimate, mean_exchange, restate
from proxy.restate.chain import Chains
from proxy.restate.vector import flat, plus
from tests.support.ledger import HOUR, NOW, open_ledger, plain
from tests.support.restating import finder, two_sets

BY = Estimator(load())
OLD, NEW = two_sets()


def line(inputs: list[int], outputs: list[int], cached: int = 0, **names: str) -> HourLine:
    """The sums of exchanges of one class of context length."""
    (name,) = {context_class(one) for one in inputs}
    known = dict.fromkeys(DIMENSIONS, "") | {
        "tool": "chatgpt",
        "provider": "openai",
        "model": "gpt-4o",
        "operation": "chat",
        "status": "ok",
        "input_source": "reported",
        "output_source": "reported",
        "parse_status": "ok",
        "context_class": name,
    }
    sums: dict[str, float] = dict.fromkeys(SUMS, 0)
    sums |= {
        "requests": len(inputs),
        "input_tokens": sum(inputs),
        "output_tokens": sum(outputs),
        "cache_read_tokens": cached * len(inputs),
    }
    return HourLine(1, known | names, sums, ())


def one_by_one(inputs: list[int], outputs: list[int], cached: int = 0) -> tuple[float, ...]:
    exchanges = (
        plain(
            tool="chatgpt",
            provider="openai",
            model_asked="gpt-4o",
            input_tokens=read,
            output_tokens=written,
            cache_read_tokens=cached or None,
        )
        for read, written in zip(inputs, outputs, strict=True)
    )
    return plus(*(flat(BY.estimate(one)) for one in exchanges))


short = st.lists(st.tuples(st.integers(1000, 3999), st.integers(0, 5000)), min_size=1, max_size=20)
long = st.lists(
    st.tuples(st.integers(32_000, 99_999), st.integers(0, 5000)), min_size=1, max_size=20
)


@given(short, st.integers(0, 900))
@settings(max_examples=50, deadline=None)
def test_short_contexts_are_exact(counts: list[tuple[int, int]], cached: int) -> None:
    inputs, outputs = [one[0] for one in counts], [one[1] for one in counts]
    sums = line(inputs, outputs, cached)
    found, _ = estimate(sums, mean_exchange(sums, BY), BY)
    assert found == pytest.approx(one_by_one(inputs, outputs, cached), rel=1e-9)


@given(long, st.sampled_from([0, 30_000]))
@settings(max_examples=100, deadline=None)
def test_long_contexts_lie_between_the_bounds(counts: list[tuple[int, int]], cached: int) -> None:
    inputs, outputs = [one[0] for one in counts], [one[1] for one in counts]
    sums = line(inputs, outputs, cached)
    found, _ = estimate(sums, mean_exchange(sums, BY), BY)
    exact = one_by_one(inputs, outputs, cached)
    slack = 1 + 1e-9
    for index in range(0, len(exact), 3):
        assert found[index] <= exact[index] * slack
        assert found[index + 2] * slack >= exact[index + 2]
        assert found[index] <= found[index + 1] <= found[index + 2]


def test_one_long_exchange_is_exact() -> None:
    sums = line([250_000], [100])
    found, _ = estimate(sums, mean_exchange(sums, BY), BY)
    assert found == pytest.approx(one_by_one([250_000], [100]), rel=1e-12)


def test_the_zone_of_a_hint_is_kept_and_that_of_a_provider_is_not_taken_for_one() -> None:
    usual = BY.plan(plain(provider="openai", model_asked="gpt-4o")).place.zone
    assert mean_exchange(line([10], [10], zone=usual), BY).region is None
    assert mean_exchange(line([10], [10], zone="SWE"), BY).region == "SWE"
    assert mean_exchange(line([10], [10]), BY).region is None


def test_an_unknown_model_keeps_what_its_exchanges_knew() -> None:
    """Its name is not in the sums; its original figure is, and is moved by the ratio."""
    old = Estimator(OLD)
    one = plain(provider="ovhcloud", tool="own", model_asked="quelque-chose-8b")
    then = old.estimate(one)
    live = LiveLine(OLD.name, then.tier, then.quality, then.zone, 1, flat(then))
    base = line([100], [50], model="", provider="ovhcloud", tool="own", zone=then.zone)
    found = restate(HourLine(1, base.names, base.sums, (live,)), Chains(NEW, {}, finder(OLD, NEW)))
    exact = flat(Estimator(NEW).estimate(one))
    assert found.stages[-1][1] == pytest.approx(exact[1], rel=0.05)
    assert (found.lines[0].tier, found.lines[0].quality) == (then.tier, then.quality)


def test_two_factor_sets_in_one_hour_are_each_moved_by_their_own(tmp_path: Path) -> None:
    old, new = Estimator(OLD), Estimator(NEW)
    one, other = (
        plain(NOW - HOUR, provider="openai", model_asked="gpt-4o", model="gpt-4o") for _ in range(2)
    )
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(one, old.estimate(one)), Entry(other, new.estimate(other))])
        (sums,) = ledger.restatements.lines(int(NOW - HOUR))
    found = restate(sums, Chains(NEW, {}, finder(OLD, NEW)))
    exact = plus(*(flat(new.estimate(each)) for each in (one, other)))
    assert found.stages[-1] == pytest.approx(exact, rel=1e-9)
    assert [each.requests for each in found.lines] == [1, 1]
