"""What must hold between estimates, whatever the figures are."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.exchange import Exchange
from proxy.impact.energy import token_energy
from proxy.impact.estimate import Estimator
from proxy.impact.places import OwnHost
from proxy.impact.ranges import ONE, scaled
from proxy.impact.rates import rates
from proxy.records import QUANTITIES, Impact, Range
from tests.support.impact import Field, estimator, exchange, factors

MODELS = st.sampled_from(
    [
        "llama-3.1-8b",
        "gpt-oss-120b",
        "gpt-4o",
        "gemini-2.5-flash",
        "claude-3-5-haiku-20241022",
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "acme-72b",
        "acme-large",
        "acme",
        None,
    ]
)
PROVIDERS = st.sampled_from(["openai", "google", "anthropic", "mistral", "albert", "bedrock", "x"])
REGIONS = st.sampled_from([None, "FR", "eu", "eu-west-3", "swedencentral", "us-east5", "nowhere"])
TOKENS = st.integers(0, 9_000)
PLACED = {"model": MODELS, "provider": PROVIDERS, "region": REGIONS}


def spans(impact: Impact) -> list[Range]:
    return [getattr(impact, name) for name in QUANTITIES]


def sides(impact: Impact) -> list[float]:
    return [value for one in spans(impact) for value in (one.low, one.central, one.high)]


def estimated(**fields: Field) -> Impact:
    return estimator().estimate(exchange(**({"model": "gpt-4o"} | fields)))


@settings(deadline=None)
@given(
    **PLACED,
    input_tokens=st.one_of(st.none(), st.integers(-5, 10**9)),
    output_tokens=st.one_of(st.none(), st.integers(-5, 10**9)),
    cache_read_tokens=st.one_of(st.none(), st.integers(-5, 10**9)),
    images=st.one_of(st.none(), st.integers(-1, 50)),
    audio_s=st.one_of(st.none(), st.floats()),
    input_source=st.sampled_from(["reported", "counted", "estimated", "none"]),
    output_source=st.sampled_from(["reported", "counted", "estimated", "none"]),
    answer_language=st.sampled_from(["fr", "en", "other", "unknown"]),
    parse_status=st.sampled_from(["ok", "unknown_format"]),
    reasoning_chars=st.sampled_from([0, 500]),
)
def test_ordered_and_finite_whatever_an_exchange_holds(**fields: Field) -> None:
    for span in spans(estimated(**fields)):
        assert 0 <= span.low <= span.central * (1 + 1e-12)
        assert span.central <= span.high * (1 + 1e-12)
        assert math.isfinite(span.high)


@settings(deadline=None)
@given(**PLACED, first=TOKENS, second=TOKENS, read=TOKENS, more=TOKENS)
def test_more_tokens_cost_more(
    first: int, second: int, read: int, more: int, **fields: Field
) -> None:
    less = estimated(**fields, output_tokens=first, input_tokens=read)
    bigger = estimated(**fields, output_tokens=first + second, input_tokens=read + more)
    assert all(a <= b for a, b in zip(sides(less), sides(bigger), strict=True))
    if second or more:
        assert less.energy_wh.central < bigger.energy_wh.central


@settings(deadline=None)
@given(**PLACED, a=TOKENS, b=TOKENS, c=TOKENS, d=TOKENS)
def test_split_requests_add_up(a: int, b: int, c: int, d: int, **fields: Field) -> None:
    half = [
        estimated(**fields, output_tokens=a, input_tokens=c // 2, images=1),
        estimated(**fields, output_tokens=b, input_tokens=d // 2, images=2),
    ]
    # Images come on top only where no tokens are reported for them: keep the case the same.
    whole = estimated(**fields, output_tokens=a + b, input_tokens=c // 2 + d // 2, images=3)
    if (a > 0) == (b > 0):
        added = [left + right for left, right in zip(sides(half[0]), sides(half[1]), strict=True)]
        assert added == pytest.approx(sides(whole), rel=1e-9, abs=1e-18)


@settings(deadline=None)
@given(**PLACED, read=st.integers(1, 200_000), share=st.floats(0, 1))
def test_cached_input_costs_less(read: int, share: float, **fields: Field) -> None:
    plain = estimated(**fields, input_tokens=read)
    cached = estimated(**fields, input_tokens=read, cache_read_tokens=int(read * share))
    assert all(a <= b * (1 + 1e-12) for a, b in zip(sides(cached), sides(plain), strict=True))


def test_long_contexts_cost_more_than_in_proportion() -> None:
    short, long = (estimated(input_tokens=tokens) for tokens in (10_000, 100_000))
    assert long.energy_wh.central == pytest.approx(10 * 1.603 * short.energy_wh.central)
    assert long.energy_wh.low == pytest.approx(10 * short.energy_wh.low)


@pytest.mark.parametrize("kind", ["dense", "mixture"])
@settings(deadline=None)
@given(b=st.floats(0.1, 1500), factor=st.floats(1.01, 4))
def test_more_parameters_cost_more(kind: str, b: float, factor: float) -> None:
    total = 8 if kind == "mixture" else 1
    small, large = (
        estimated(model=f"acme-{size * total:.6f}b-a{size:.6f}b", output_tokens=500, input_tokens=9)
        for size in (b, b * factor)
    )
    assert all(
        x <= y * (1 + 1e-9)
        for x, y in zip(
            [small.energy_wh.low, small.energy_wh.central, small.energy_wh.high],
            [large.energy_wh.low, large.energy_wh.central, large.energy_wh.high],
            strict=True,
        )
    )


def placed(found: Exchange, **changed: Field) -> list[float]:
    """Sides of an estimate in the exchange's place with some of its figures replaced."""
    plan, method = estimator().plan(found), factors().method
    own = rates(plan.tokens, replace(plan.place, **changed), method.long_context, ONE, ONE)
    return [
        value
        for span in estimator().quantities(found, own)
        for value in (span.low, span.central, span.high)
    ]


@settings(deadline=None)
@given(**PLACED, factor=st.floats(1, 5))
@pytest.mark.parametrize(
    "figure",
    ["pue", "wue_l_per_kwh", "gwp_gco2e_per_kwh", "water_l_per_kwh", "adpe_kgsb_per_kwh"],
)
def test_a_worse_place_costs_more(figure: str, factor: float, **fields: Field) -> None:
    found = exchange(**fields, output_tokens=300, input_tokens=100)
    place = estimator().plan(found).place
    worse = placed(found, **{figure: scaled(getattr(place, figure), factor)})
    assert all(a <= b * (1 + 1e-12) for a, b in zip(placed(found), worse, strict=True))


def test_zero_tokens_cost_nothing_and_are_numbers() -> None:
    assert sides(estimated(output_tokens=0, input_tokens=0)) == [0.0] * 21


def test_unknown_names_are_wider_than_known_ones() -> None:
    def width(model: str | None, provider: str = "openai") -> float:
        span = estimated(
            model=model, provider=provider, output_tokens=300, input_tokens=100
        ).energy_wh
        return span.high / span.low

    known = max(width(model) for model in ("gpt-4o", "gemini-2.5-flash", "llama-3.1-8b"))
    assert known < width("gpt-4o-1234")  # its family
    assert width("gpt-4o-1234") < width("acme") == width(None)
    assert width("gpt-4o") < width("gpt-4o", provider="nobody")


@pytest.mark.parametrize("model", ["gpt-5", "deepseek-reasoner", "claude-opus-4-5"])
def test_uncertain_counts_widen(model: str) -> None:
    reported = estimated(model=model, output_tokens=500).energy_wh
    counted = estimated(model=model, output_tokens=500, output_source="counted").energy_wh
    lost = estimated(
        model=model, output_tokens=500, output_source="estimated", answer_language="fr"
    ).energy_wh
    assert reported.central == counted.central == lost.central
    assert lost.low < counted.low < reported.low
    assert reported.high < counted.high < lost.high


def test_reasoning_that_is_not_shown_raises_the_high_end() -> None:
    plain = estimated(model="gpt-4o", output_tokens=500, output_source="counted").energy_wh
    thinks = estimated(model="gpt-5", output_tokens=500, output_source="counted").energy_wh
    assert thinks.high / thinks.central > 4 * plain.high / plain.central


def test_media_that_reported_tokens_already_hold_only_raise_the_high_end() -> None:
    tokens = estimated(model="gpt-4o", output_tokens=1290)
    drawn = estimated(model="gpt-4o", output_tokens=1290, images=1)
    assert drawn.energy_wh.low == tokens.energy_wh.low
    assert drawn.energy_wh.central == tokens.energy_wh.central
    assert drawn.energy_wh.high > tokens.energy_wh.high


def test_own_machines_as_declared() -> None:
    own = Estimator(
        factors(), {"chat-interne": OwnHost("FRA", pue=1.3, wue_l_per_kwh=0.0, utilisation=3.8)}
    )
    found = exchange("llama-3.1-8b", tool="chat-interne", provider="custom", output_tokens=400)
    there, here = estimator().estimate(found), own.estimate(found)
    assert (here.zone, there.zone) == ("FRA", "WOR")
    assert own.plan(found).place.pue == Range(1.3, 1.3, 1.3)
    assert here.water_onsite_ml == Range(0.0, 0.0, 0.0)
    assert own.plan(found).place.fleet == Range(3.8 * 0.747, 3.8, 3.8 * 1.435)
    in_france = estimator().estimate(msgspec.structs.replace(found, region="FR"))
    assert here.energy_wh.central / in_france.energy_wh.central == pytest.approx(3.8 * 1.3 / 1.25)


def test_a_method_left_out_leaves_the_others_alone() -> None:
    card, method = factors().models.find("gpt-4o"), factors().method
    whole, less = token_energy(card, method), token_energy(card, method, without=("table",))
    assert set(whole.decode_by) - set(less.decode_by) == {"table"}
    assert all(whole.decode_by[name] == span for name, span in less.decode_by.items())
