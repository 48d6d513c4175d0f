"""The month so far, against a ledger whose entries are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.audit import month as module
from proxy.audit.link import LedgerLink
from proxy.audit.month import MonthToDate
from proxy.bias import VERSION, tally
from proxy.bias.figures import Reference
from proxy.ledger import Entry, Gap, Ledger, OwnEnergy
from proxy.metrics import Metrics
from proxy.records import Range, ScoredSentence
from tests.support.ledger import HOUR, NOW, finding, impact, open_ledger, plain
from tests.support.waiting import wait_until

DAY = 24 * HOUR
OCTOBER = NOW - 30 * DAY
START = 1_793_487_600.0
"""1 November 2026, 0:00 in Paris."""
GRID = Range(10.0, 20.0, 40.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = open_ledger(tmp_path)
    voirie, cabinet = {"department": "voirie"}, {"department": "cabinet"}
    entries = [
        Entry(plain(OCTOBER, **voirie), impact(100.0), finding()),
        Entry(plain(START + 60, **voirie), impact(1.0), finding()),
        Entry(plain(NOW - DAY, sanction="forbidden", **cabinet), impact(2.0), finding(flags=())),
        Entry(plain(NOW, tool="chatgpt", **voirie), impact(4.0), finding(status="lost", flags=())),
        Entry(plain(NOW, tool="chatgpt", department="gone"), None, None),
    ]
    made.write(entries, gaps=[Gap(NOW, "tunnels", "copilot", 7), Gap(OCTOBER, "tunnels", "", 9)])
    own = OwnEnergy(NOW, "cpu", "measured", 600.0, 2.0, Range(1.0, 2.0, 3.0))
    made.add_own_energy([own, OwnEnergy(OCTOBER, "cpu", "measured", 1, 9, Range(9, 9, 9))])
    yield made
    made.close()


@pytest.fixture
def metrics(ledger: Ledger) -> Metrics:
    shown = Metrics()
    _reader(shown, ledger).read(ledger)
    return shown


def _reader(metrics: Metrics, ledger: Ledger) -> MonthToDate:
    return MonthToDate(
        LedgerLink(lambda: ledger, metrics),
        metrics,
        departments={"voirie": "voirie", "cabinet": "autres"},
        reference=Reference(),
        co2e_g_per_kwh=GRID,
        clock=lambda: NOW,
    )


def test_only_this_month_is_shown(metrics: Metrics) -> None:
    assert metrics.value("jauge_month_start_timestamp_seconds") == START
    assert metrics.value("jauge_month_refreshed_timestamp_seconds") == NOW
    assert metrics.values("jauge_month_requests") == {("le-chat",): 2.0, ("chatgpt",): 2.0}
    assert metrics.values("jauge_month_tokens") == {
        ("le-chat", "input"): 200.0,
        ("le-chat", "output"): 100.0,
        ("chatgpt", "input"): 200.0,
        ("chatgpt", "output"): 100.0,
    }


def test_departments_are_merged_as_everywhere(metrics: Metrics) -> None:
    assert metrics.values("jauge_month_department_requests") == {
        ("voirie",): 2.0,
        ("autres",): 1.0,
        ("unknown",): 1.0,
    }
    energy = metrics.values("jauge_month_department_energy_joules")
    # impact(): 0.5 Wh times the scale
    assert energy == pytest.approx(
        {("voirie",): 5 * 0.5 * 3600, ("autres",): 2 * 0.5 * 3600, ("unknown",): 0.0}
    )


def test_decisions_are_shown(metrics: Metrics) -> None:
    assert metrics.values("jauge_month_policy_requests") == {
        ("unknown", "undeclared"): 3.0,
        ("forbidden", "undeclared"): 1.0,
    }


@pytest.mark.parametrize(("infix", "offset"), [("_low", 0.1), ("", 0.5), ("_high", 2.7)])
def test_quantities_have_their_ranges(metrics: Metrics, infix: str, offset: float) -> None:
    # The i-th quantity of impact() is (i + 0.1, i + 0.5, i + 2.7) times the scale.
    def of(stem: str, unit: str, *labels: str) -> float:
        return metrics.value(f"jauge_month_{stem}{infix}_{unit}", labels)

    onsite, electricity, use, hardware, minerals, primary = (i + offset for i in range(1, 7))
    assert of("energy", "joules", "le-chat") == pytest.approx(3 * offset * 3600)
    assert of("water", "liters", "le-chat") == pytest.approx(3 * (onsite + electricity) / 1000)
    assert of("emissions_co2e", "grams", "chatgpt") == pytest.approx(4 * (use + hardware))
    assert of("abiotic_depletion_sbeq", "grams") == pytest.approx(7 * minerals * 1000)
    assert of("primary_energy", "joules") == pytest.approx(7 * primary * 1e6)


def test_findings_have_their_denominator(metrics: Metrics) -> None:
    assert metrics.values("jauge_month_answers") == {
        ("embedded", "scored"): 2.0,
        ("embedded", "lost"): 1.0,
    }
    assert metrics.values("jauge_month_scored_answers") == {("embedded", "fr"): 2.0}
    assert metrics.values("jauge_month_flagged_answers") == {("embedded", "fr", "toxicity"): 1.0}


def test_answers_judged_at_other_thresholds_are_another_series(
    ledger: Ledger, metrics: Metrics
) -> None:
    """Half of a month at a new threshold set: one share of both would be nobody's."""
    new = [finding(threshold_set="t2", flags=("toxicity",)) for _ in range(3)]
    ledger.write([Entry(plain(NOW - n), None, one) for n, one in enumerate(new)])
    _reader(metrics, ledger).read(ledger)
    assert metrics.values("jauge_month_answers")["embedded", "scored"] == 5.0
    assert metrics.values("jauge_month_scored_answers") == {("embedded", "fr"): 3.0}
    assert metrics.values("jauge_month_flagged_answers") == {("embedded", "fr", "toxicity"): 3.0}


def test_gaps_and_the_audits_own_cost_stand_beside(metrics: Metrics) -> None:
    assert metrics.values("jauge_month_gaps") == {("tunnels",): 7.0}
    assert metrics.value("jauge_month_self_energy_low_joules") == 3600
    assert metrics.value("jauge_month_self_energy_high_joules") == 3 * 3600
    assert metrics.value("jauge_month_self_emissions_co2e_low_grams") == pytest.approx(0.01)
    assert metrics.value("jauge_month_self_emissions_co2e_grams") == pytest.approx(0.04)
    assert metrics.value("jauge_month_self_emissions_co2e_high_grams") == pytest.approx(0.12)
    assert metrics.value("jauge_month_self_watched_seconds") == 600


@pytest.mark.parametrize(("answers", "known"), [(40, True), (4, False)])
def test_shares_of_mentions_have_their_interval_or_are_left_out(
    tmp_path: Path,
    answers: int,
    known: bool,  # noqa: FBT001
) -> None:
    bias = tally([ScoredSentence("Madame Sow reçoit les agents.", {"toxicity": 0.0})], "fr")
    metrics = Metrics()
    with open_ledger(tmp_path) as ledger:
        found = finding(bias=bias, bias_version=VERSION)
        ledger.write([Entry(plain(NOW - n), None, found) for n in range(answers)])
        _reader(metrics, ledger).read(ledger)
    women = ("fr", "gendered/women")
    assert metrics.value("jauge_month_bias_mentions", women) == answers
    shown = women in metrics.values("jauge_month_bias_share_ratio")
    assert shown == known
    if known:
        low, share, high = (
            metrics.value(f"jauge_month_bias_share{bound}_ratio", women)
            for bound in ("_low", "", "_high")
        )
        # Wilson's interval of 40 of 40, at its narrowest
        assert (share, high) == pytest.approx((1.0, 1.0))
        assert low <= 0.9125
        assert metrics.value("jauge_month_bias_reference_ratio", women) == 0.5


def test_an_empty_month_is_shown_as_such(tmp_path: Path, metrics: Metrics) -> None:
    (tmp_path / "other").mkdir()
    with open_ledger(tmp_path / "other") as empty:
        _reader(metrics, empty).read(empty)
    assert metrics.values("jauge_month_requests") == {}
    assert metrics.values("jauge_month_primary_energy_joules") == {(): 0.0}
    assert metrics.value("jauge_month_self_watched_seconds") == 0


def test_the_thread_reads_by_itself_and_stops(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_S", 0.01)
    metrics = Metrics()
    reader = _reader(metrics, ledger)
    assert reader._link.connect() is not None
    reader.start()
    wait_until(lambda: metrics.values("jauge_month_requests"), "it has read")
    reader.stop()
    assert not reader._thread.is_alive()


def test_the_thread_outlives_a_reading_that_fails(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_S", 0.01)
    monkeypatch.setattr(module, "PAUSE_S", 0.01)
    metrics = Metrics()
    reader = _reader(metrics, ledger)
    assert reader._link.connect() is not None
    good, failures = reader._clock, [TypeError("a figure that is none")]
    reader._clock = lambda: good() if not failures else _raise(failures.pop())
    reader.start()
    wait_until(lambda: metrics.values("jauge_month_requests"), "it has read in the end")
    reader.stop()
    assert metrics.values("jauge_audit_errors_total") == {("month", "TypeError"): 1.0}


def _raise(error: Exception) -> float:
    raise error
