from collections import defaultdict
from typing import Any

import pytest

from proxy.ledger import DIMENSIONS, SUMS, Entry, Ledger, Row
from proxy.ledger.intake import context_class, hour_of
from proxy.records import QUANTITIES
from tests.support.ledger import HOUR, NOW, finding, impact, plain, varied

DAY = 24 * HOUR


def key_of(row: Row) -> tuple[Any, ...]:
    """What a row is counted under, worked out from the row alone."""
    own = {
        "zone": row.impact.zone if row.impact else "",
        "context_class": context_class(row.exchange.input_tokens),
    }
    names = (own.get(name, getattr(row.exchange, name, None)) for name in DIMENSIONS)
    return (hour_of(row.counted_at), *(name or "" for name in names))


def raw_sums(rows: list[Row]) -> dict[str, float]:
    """The sums of rows, worked out one by one in plain Python."""
    found: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        one = row.exchange
        found["requests"] += 1
        for name in SUMS:
            if hasattr(one, name):
                found[name] += getattr(one, name) or 0
        if one.time_to_first_byte_s is not None:
            found["first_byte_requests"] += 1
            found["first_byte_s"] += one.time_to_first_byte_s
        if one.reported and one.reported.energy_max_kwh:
            found["reported_energy_requests"] += 1
            found["reported_energy_min_kwh"] += one.reported.energy_min_kwh or 0
            found["reported_energy_max_kwh"] += one.reported.energy_max_kwh
    return {name: found[name] for name in SUMS}


@pytest.mark.parametrize("size", [1, 7, 300])
def test_rollups_are_the_sums_of_the_rows(ledger: Ledger, size: int) -> None:
    entries = [varied(seed) for seed in range(300)]
    for start in range(0, len(entries), size):
        ledger.write(entries[start : start + size])
    rows: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in ledger.rows(0, NOW + HOUR):
        rows[key_of(row)].append(row)

    totals = ledger.totals(0, NOW + HOUR, ["hour", *DIMENSIONS])

    assert {total.key for total in totals} == set(rows)
    for total in totals:
        assert total.sums == pytest.approx(raw_sums(rows[total.key]), rel=1e-12)
        impacts = [row.impact for row in rows[total.key] if row.impact]
        assert total.impact.requests == len(impacts)
        for name in QUANTITIES:
            spans = [getattr(one, name) for one in impacts]
            found = total.impact.ranges[name]
            for bound in ("low", "central", "high"):
                wanted = sum(getattr(span, bound) for span in spans)
                assert getattr(found, bound) == pytest.approx(wanted, rel=1e-12)


def test_groups_add_up_to_the_whole(ledger: Ledger) -> None:
    ledger.write([varied(seed) for seed in range(200)])
    (whole,) = ledger.totals(0, NOW + HOUR)
    for name in ("hour", *DIMENSIONS):
        parts = ledger.totals(0, NOW + HOUR, [name])
        assert sum(part.requests for part in parts) == whole.requests == 200
        assert sum(part.sums["output_tokens"] for part in parts) == whole.sums["output_tokens"]
        energy = sum(part.impact.ranges["energy_wh"].high for part in parts)
        assert energy == pytest.approx(whole.impact.ranges["energy_wh"].high, rel=1e-12)


def test_an_empty_period_has_no_group(ledger: Ledger) -> None:
    ledger.write([Entry(plain(NOW))])
    assert ledger.totals(NOW + HOUR, NOW + DAY) == []
    assert ledger.totals(NOW + HOUR, NOW + DAY, ["tool"]) == []
    assert ledger.impact_totals(0, NOW + DAY) == []
    assert ledger.finding_totals(0, NOW + DAY) == []


def test_an_unknown_name_is_told(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="cannot group by 'agent'"):
        ledger.totals(0, NOW, ["agent"])


def test_impacts_are_split_by_tier_quality_and_zone(ledger: Ledger) -> None:
    ledger.write(
        [
            Entry(plain(), impact(1.0)),
            Entry(plain(), impact(2.0)),
            Entry(plain(), impact(4.0, tier=5, quality="C", zone="WOR")),
            Entry(plain()),
        ]
    )
    found = ledger.impact_totals(0, NOW + HOUR, ["quality", "tier", "impact_zone", "factor_set"])
    assert [(one.key, one.requests) for one in found] == [
        (("B", 2, "SWE", "2026.11-f00d"), 2),
        (("C", 5, "WOR", "2026.11-f00d"), 1),
    ]
    # impact(scale) has energy 0.1, 0.5, 2.7 times its scale.
    energy = found[0].ranges["energy_wh"]
    assert (energy.low, energy.central, energy.high) == pytest.approx((0.3, 1.5, 8.1))


def test_findings_keep_their_denominators(ledger: Ledger) -> None:
    ledger.write(
        [
            Entry(plain(tool="a"), None, finding()),
            Entry(plain(tool="a"), None, finding(flags=("insult", "toxicity"))),
            Entry(plain(tool="a"), None, finding(flags=())),
            Entry(plain(tool="a"), None, finding(status="lost", flags=(), windows_scored=0)),
            Entry(plain(tool="b"), None, finding(language="en", flags=("toxicity",))),
            Entry(plain(tool="b")),
        ]
    )
    found = {
        (*one.key, one.basis.status, one.basis.language): (
            one.requests,
            one.flagged_requests,
            one.windows_scored,
            one.windows,
            dict(one.flags),
        )
        for one in ledger.finding_totals(0, NOW + HOUR, ["tool"])
    }
    assert found == {
        ("a", "scored", "fr"): (3, 2, 9, 12, {"toxicity": 2, "insult": 1}),
        ("a", "lost", "fr"): (1, 0, 0, 4, {}),
        ("b", "scored", "en"): (1, 1, 3, 4, {"toxicity": 1}),
    }


def test_a_month_is_bounded_at_local_midnight(ledger: Ledger) -> None:
    # Paris: October 2026 starts at 22:00 UTC on 30 September (summer time) and ends at
    # 23:00 UTC on 31 October (winter time): 745 hours.
    first, after = ledger.month(2026, 10)
    assert (first, after) == (1_790_805_600.0, 1_793_487_600.0)
    assert after - first == 745 * HOUR
    ledger.write([Entry(plain(at)) for at in (first - 1, first, after - 1, after)])

    (october,) = ledger.month_totals(2026, 10)
    assert october.requests == 2
    assert ledger.month_totals(2026, 9)[0].requests == 1
    assert ledger.month_totals(2026, 11, ["tool"])[0].requests == 1
    assert ledger.month_totals(2026, 12) == []
