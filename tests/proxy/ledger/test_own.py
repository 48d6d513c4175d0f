"""Own consumption in the ledger, and its share of what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.ledger import Entry, Ledger, OwnEnergy
from proxy.records import Range
from tests.support.ledger import HOUR, NOW, impact, open_ledger, plain


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path) as opened:
        yield opened


def own(at: float = NOW, **changes: object) -> OwnEnergy:
    values: dict[str, object] = {
        "at": at,
        "component": "cpu",
        "source": "estimated",
        "measured_s": 60.0,
        "machine_wh": 0.5,
        "own_wh": Range(0.01, 0.02, 0.04),
    }
    return OwnEnergy(**(values | changes))  # type: ignore[arg-type]


def test_hours_add_up_by_component_and_source(ledger: Ledger) -> None:
    ledger.add_own_energy([own(), own(NOW + 60), own(NOW + HOUR)])
    ledger.add_own_energy([own(component="ram"), own(source="measured")])
    hour = ledger.own_energy(NOW, NOW + HOUR)
    assert [(one.component, one.source, one.measured_s) for one in hour] == [
        ("cpu", "estimated", 120.0),
        ("cpu", "measured", 60.0),
        ("ram", "estimated", 60.0),
    ]
    assert hour[0].own_wh == Range(0.02, 0.04, 0.08)
    assert hour[0].machine_wh == 1.0
    assert hour[0].at == NOW
    assert ledger.own_energy(NOW, NOW + 2 * HOUR)[0].measured_s == 180.0
    assert ledger.own_energy(0, NOW) == []


def test_the_audit_s_share(ledger: Ledger) -> None:
    # impact(10) has energy 1, 5, 27 Wh.
    ledger.write([Entry(plain(), impact(10.0))])
    ledger.add_own_energy([own(), own(component="ram", own_wh=Range(0.01, 0.03, 0.05))])
    share = ledger.audit_share(NOW, NOW + HOUR)
    assert share.measured_wh == Range(1.0, 5.0, 27.0)
    assert share.own_wh.central == pytest.approx(0.05)
    assert (share.watched_s, share.sources) == (60.0, ("estimated",))
    percent = share.percent
    assert percent is not None
    # The lowest own against the highest measured, and the other way round.
    assert percent.low == pytest.approx(100 * 0.02 / 27)
    assert percent.central == pytest.approx(100 * 0.05 / 5)
    assert percent.high == pytest.approx(100 * 0.09 / 1)


def test_the_room_s_cooling_is_added(ledger: Ledger) -> None:
    ledger.write([Entry(plain(), impact(10.0))])
    ledger.add_own_energy([own()])
    share = ledger.audit_share(NOW, NOW + HOUR, pue=Range(1.2, 1.5, 2.0))
    assert share.own_wh.low == pytest.approx(0.012)
    assert share.own_wh.central == pytest.approx(0.03)
    assert share.own_wh.high == pytest.approx(0.08)


def test_where_nothing_was_measured_there_is_no_share(ledger: Ledger) -> None:
    ledger.add_own_energy([own()])
    share = ledger.audit_share(NOW, NOW + HOUR)
    assert share.percent is None
    assert share.own_wh == Range(0.01, 0.02, 0.04)
    nothing = ledger.audit_share(0, NOW - HOUR)
    assert (nothing.watched_s, nothing.sources) == (0.0, ())
