import math
from itertools import pairwise

import pytest

from proxy.exchange import Exchange, ReportedFootprint, new_id
from proxy.ledger import Entry, Gap, Ledger
from proxy.ledger.intake import (
    CONTEXT_CLASSES,
    FUTURE_S,
    MOST,
    PAST_S,
    context_class,
    hour_of,
    id_bytes,
    id_text,
    take_in,
)
from proxy.ledger.schema import DIMENSIONS, SUMS, exchange, impact_hour
from proxy.records import Range
from tests.support.ledger import HOUR, NOW, finding, impact, plain


def sums(one: Exchange) -> dict[str, float]:
    return dict(zip(SUMS, take_in(Entry(one), NOW).sums, strict=True))


def test_values_fit_the_columns_they_are_made_for() -> None:
    taken = take_in(Entry(plain(), impact()), NOW)
    assert len(taken.dimension) == len(DIMENSIONS)
    assert len(taken.sums) == len(SUMS)
    assert len(taken.row) == len(exchange.columns) - 4
    assert taken.impact is not None
    assert len(taken.impact) == len(impact_hour.columns) - 4


def test_an_id_becomes_sixteen_bytes_and_back() -> None:
    text = new_id(NOW)
    assert id_text(id_bytes(text)) == text
    assert len(id_bytes(text)) == 16


@pytest.mark.parametrize("text", ["", "abc", "0" * 32, "z" * 36, "0" * 36])
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        id_bytes(text)


@pytest.mark.parametrize(
    ("tokens", "name"),
    [
        (None, "unknown"),
        (-1, "unknown"),
        (0, "0-1k"),
        (999, "0-1k"),
        (1_000, "1k-4k"),
        (9_999, "4k-10k"),
        (10_000, "10k-32k"),
        (99_999, "32k-100k"),
        (100_000, "100k-300k"),
        (300_000, "300k+"),
        (10**9, "300k+"),
    ],
)
def test_context_classes_start_at_their_bound(tokens: int | None, name: str) -> None:
    assert context_class(tokens) == name


def test_context_classes_are_in_order_without_hole() -> None:
    assert CONTEXT_CLASSES[0][0] == 0
    assert all(a[0] < b[0] for a, b in pairwise(CONTEXT_CLASSES))


def test_hours_start_on_the_hour() -> None:
    assert hour_of(NOW + 3599.999) == NOW
    assert hour_of(NOW - 0.001) == NOW - HOUR


@pytest.mark.parametrize("offset", [-PAST_S, -1.0, 0.0, FUTURE_S])
def test_a_believable_start_is_where_it_is_counted(offset: float) -> None:
    taken = take_in(Entry(plain(NOW + offset)), NOW)
    assert (taken.counted_at, taken.stated_at, taken.gaps) == (NOW + offset, None, ())


@pytest.mark.parametrize("started", [0.0, -1e18, 1e300, NOW - PAST_S - 1, NOW + FUTURE_S + 1])
def test_an_unbelievable_start_is_counted_now_and_told(ledger: Ledger, started: float) -> None:
    one = plain(NOW, started_at=started)
    ledger.write([Entry(one)])

    row = ledger.row(one.id)
    assert row is not None
    assert row.counted_at == NOW
    assert row.exchange == one
    assert ledger.gaps(0, NOW + HOUR) == [Gap(NOW, "clock", "le-chat", 1)]
    assert ledger.totals(NOW, NOW + HOUR)[0].requests == 1


@pytest.mark.parametrize("count", [-1, MOST + 1, 2**63, 10**40])
def test_a_count_that_no_service_can_mean_is_unknown(ledger: Ledger, count: int) -> None:
    one = plain(output_tokens=count, answer_chars=count, input_tokens=12)
    ledger.write([Entry(one)])

    row = ledger.row(one.id)
    assert row is not None
    assert row.exchange.output_tokens is None
    assert row.exchange.output_source == "none"
    assert row.exchange.answer_chars == 0
    assert (row.exchange.input_tokens, row.exchange.input_source) == (12, "reported")
    assert ledger.gaps(0, NOW + HOUR) == [Gap(NOW, "count", "le-chat", 1)]


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -1.0])
def test_a_duration_that_is_none_adds_nothing(ledger: Ledger, seconds: float) -> None:
    ledger.write([Entry(plain(duration_s=seconds, time_to_first_byte_s=seconds))])
    total = ledger.totals(NOW, NOW + HOUR)[0]
    assert (total.sums["duration_s"], total.sums["first_byte_requests"]) == (0.0, 0)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_an_impact_that_is_not_finite_is_left_out_and_told(ledger: Ledger, value: float) -> None:
    one = plain()
    ledger.write([Entry(one, impact(ghg_use_gco2e=Range(0.0, 1.0, value)))])

    row = ledger.row(one.id)
    assert row is not None
    assert row.impact is None
    assert ledger.gaps(0, NOW + HOUR) == [Gap(NOW, "impact", "le-chat", 1)]
    total = ledger.totals(NOW, NOW + HOUR)[0]
    assert (total.requests, total.impact.requests) == (1, 0)


def test_an_entry_that_cannot_be_stored_costs_only_itself(ledger: Ledger) -> None:
    good = [Entry(plain(NOW - n)) for n in range(3)]
    bad = Entry(plain(id="not-a-uuid"))
    torn = Entry(plain(model_asked="\ud800"))

    written = ledger.write([good[0], bad, good[1], torn, good[2]], positions={"w": 5})
    assert (written.new, written.duplicate, written.refused) == (3, 0, 2)
    assert ledger.positions() == {"w": 5}
    assert ledger.gaps(0, NOW + HOUR) == [Gap(NOW, "refused", "le-chat", 2)]
    assert sum(one.requests for one in ledger.totals(0, NOW + HOUR)) == 3
    # The surrogates that the failed attempt made are not trusted afterwards.
    assert ledger.write([Entry(plain(NOW - 9))]).new == 1


def test_an_unknown_score_is_left_out(ledger: Ledger) -> None:
    one = plain()
    ledger.write([Entry(one, None, finding(scores={"toxicity": math.nan, "insult": 0.5}))])
    row = ledger.row(one.id)
    assert row is not None
    assert row.findings[0].scores == {"insult": 0.5}


@pytest.mark.parametrize(
    ("low", "high", "summed"),
    [
        (0.1, 0.4, (1, 0.1, 0.4)),
        (None, 0.4, (1, 0.4, 0.4)),
        (0.1, None, (1, 0.1, 0.1)),
        (0.0, 0.0, (0, 0.0, 0.0)),
        (None, None, (0, 0.0, 0.0)),
        (0.0, 0.4, (1, 0.4, 0.4)),
        (0.5, 0.4, (1, 0.4, 0.4)),
        (0.1, 1e308, (0, 0.0, 0.0)),
        (0.1, -4.0, (0, 0.0, 0.0)),
    ],
)
def test_a_zero_that_a_tool_reports_means_unknown(
    low: float | None, high: float | None, summed: tuple[int, float, float]
) -> None:
    one = plain(reported=ReportedFootprint(ghg_min_kgco2e=low, ghg_max_kgco2e=high))
    found = sums(one)
    names = ("reported_ghg_requests", "reported_ghg_min_kgco2e", "reported_ghg_max_kgco2e")
    assert tuple(found[name] for name in names) == summed
    assert found["reported_energy_requests"] == 0


def test_no_client_can_widen_the_dimensions() -> None:
    # Names a client may invent, and all that is exact, stay out of the combinations.
    invented = plain(model_asked="m-1", model_answered="m-2", reference="r-3", error_type="e-4")
    assert take_in(Entry(invented), NOW).dimension == take_in(Entry(plain()), NOW).dimension
