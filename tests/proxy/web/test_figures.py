from __future__ import annotations

from pathlib import Path

import pytest

from proxy.ledger import Entry, Gap, OwnEnergy
from proxy.records import Range
from proxy.web.figures import Flags, figures
from tests.support.ledger import HOUR, NOW, finding, impact, open_ledger, plain

SINCE, UNTIL = NOW - 2 * HOUR, NOW + HOUR


def test_a_period_worked_by_hand(tmp_path: Path) -> None:
    entries = [
        Entry(
            plain(department="voirie", tool="chatgpt", sanction="tolerated"), impact(1), finding()
        ),
        Entry(plain(department="cabinet", tool="le-chat"), impact(2), finding(flags=())),
        Entry(plain(department="archives", tool="le-chat", parse_status="partial"), None, None),
        Entry(plain(NOW - 5 * HOUR), impact(50), finding()),  # before the period
    ]
    merged = {"cabinet": "autres", "archives": "autres"}
    with open_ledger(tmp_path) as ledger:
        ledger.write(entries, gaps=[Gap(NOW, "tunnels", "claude", 4)])
        ledger.add_own_energy([OwnEnergy(NOW, "cpu", "measured", 60.0, 1, Range(0.1, 0.2, 0.3))])
        found = figures(ledger, SINCE, UNTIL, lambda name: merged.get(name, name))
    whole = found.whole
    assert (whole.requests, whole.estimated) == (3, 2)
    assert (whole.input_tokens, whole.output_tokens) == (300, 150)
    # support.ledger.impact: quantity n spans n + 0.1, n + 0.5, n + 2.7, times the scale.
    assert _all(whole.ranges["energy_wh"]) == pytest.approx((0.3, 1.5, 8.1))
    assert _all(whole.ranges["water_ml"]) == pytest.approx((3 * 3.2, 3 * 4.0, 3 * 8.4))
    assert _all(whole.ranges["ghg_gco2e"]) == pytest.approx((3 * 7.2, 3 * 8.0, 3 * 12.4))
    assert list(found.tools) == ["le-chat", "chatgpt"], "most requests first"
    assert found.tools["le-chat"].estimated == 1
    assert {name: one.requests for name, one in found.departments.items()} == {
        "autres": 2,
        "voirie": 1,
    }
    assert {name: one.requests for name, one in found.sanctions.items()} == {
        "unknown": 2,
        "tolerated": 1,
    }
    assert found.qualities == {"B": 2}
    assert found.factor_sets == ("2026.11-f00d",)
    assert found.gaps == {"tunnels": 4}
    assert (found.coverage.undecrypted, found.coverage.unparsed) == (4, 1)
    assert found.flags == (Flags("embedded", "1", "t1", "fr", 2, 1, {"toxicity": 1}),)
    assert found.own.own_wh == Range(0.1, 0.2, 0.3)


def test_the_parts_of_every_split_add_up_to_the_whole(tmp_path: Path) -> None:
    from tests.support.ledger import varied

    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(60)])
        found = figures(ledger, NOW - 48 * HOUR, UNTIL, lambda name: name)
    for split in (found.tools, found.departments, found.sanctions):
        assert sum(one.requests for one in split.values()) == found.whole.requests == 60
        for name, whole in found.whole.ranges.items():
            parts = [_all(one.ranges[name]) for one in split.values()]
            assert [sum(side) for side in zip(*parts, strict=True)] == pytest.approx(_all(whole))


def test_nothing_was_recorded(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        found = figures(ledger, SINCE, UNTIL, lambda name: name)
    assert found.whole.requests == found.whole.estimated == 0
    assert (found.tools, found.departments, found.flags) == ({}, {}, ())


def _all(span: Range) -> tuple[float, float, float]:
    return span.low, span.central, span.high
