"""Restating a simulated month: what is written, what is read, and what a kill leaves."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.exchange import new_id
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FactorSet
from proxy.ledger import ORIGINAL, Entry, Ledger
from proxy.records import QUANTITIES
from proxy.restate import Outcome, recompute
from proxy.restate.outcome import STAGES
from proxy.restate.run import Step
from tests.support.ledger import HOUR, NOW, dump, impact, open_ledger, plain
from tests.support.restating import exchange, fill, finder, month, said, two_sets

DAY = 24 * HOUR


@pytest.fixture(scope="module")
def sets() -> tuple[FactorSet, FactorSet]:
    return two_sets()


@pytest.fixture(scope="module")
def old_estimator(sets: tuple[FactorSet, FactorSet]) -> Estimator:
    return Estimator(sets[0])


def restate(ledger: Ledger, sets: tuple[FactorSet, FactorSet], **options: object) -> Outcome:
    return recompute(ledger, sets[1], 0, NOW, find=finder(*sets), **options)  # type: ignore[arg-type]


def totals(ledger: Ledger, statement: str) -> dict[str, float]:
    (total,) = ledger.impact_totals(0, NOW, statement=statement)
    return {name: total.ranges[name].central for name in QUANTITIES}


def test_a_month_is_restated_as_if_it_had_been_estimated_so(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    old, new = sets
    entries = list(month(1, 1500, old_estimator, days=6))
    with open_ledger(tmp_path) as ledger:
        fill(ledger, entries)
        before = totals(ledger, ORIGINAL)
        outcome = restate(ledger, sets)

        by_hand = [Estimator(new).estimate(entry.exchange) for entry in entries]
        energy = sum(one.energy_wh.central for one in by_hand)
        assert totals(ledger, "latest")["energy_wh"] == pytest.approx(energy, rel=1e-12)
        assert totals(ledger, new.name) == totals(ledger, "latest")
        # What was said before is still there, under both of its names.
        assert totals(ledger, ORIGINAL) == before
        assert totals(ledger, old.name) == before
        origins = ledger.impact_totals(0, NOW, ["origin"])
        assert [one.key for one in origins] == [("restated",)]
    assert outcome.progress.requests == 1500
    assert outcome.total(STAGES[0], "energy_wh", "central") == pytest.approx(before["energy_wh"])
    assert outcome.total(STAGES[-1], "energy_wh", "central") == pytest.approx(energy)


def test_each_part_changes_what_it_may_change(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(2, 400, old_estimator, days=2))
        outcome = restate(ledger, sets, write=False)
    assert outcome.causes() == ["models", "grid", "datacentres", "method"]
    # A grid's carbon changes no energy; a data centre's PUE no water on site.
    assert outcome.part("grid", "energy_wh", "central") == 0
    assert outcome.part("grid", "ghg_use_gco2e", "central") < 0
    assert outcome.part("datacentres", "energy_wh", "central") > 0
    assert outcome.part("datacentres", "water_onsite_ml", "central") == 0
    assert outcome.part("method", "energy_wh", "central") > 0
    assert outcome.part("models", "energy_wh", "central") < 0
    for quantity in QUANTITIES:
        for bound in ("low", "central", "high"):
            parts = sum(outcome.part(cause, quantity, bound) for cause in outcome.causes())
            assert parts == outcome.change(quantity, bound)


def test_a_dry_run_writes_nothing_and_says_the_same(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(3, 300, old_estimator, days=2))
        before = dump(tmp_path)
        tried = restate(ledger, sets, write=False)
        assert dump(tmp_path) == before
        done = restate(ledger, sets)
    assert tried.progress == done.progress
    assert (tried.written, done.written) == (False, True)


def test_again_changes_nothing(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(4, 300, old_estimator, days=2))
        first = restate(ledger, sets)
        lines = said(tmp_path)
        second = restate(ledger, sets)
        assert said(tmp_path) == lines
        assert second.progress == first.progress
        assert not second.resumed
        assert [job.finished_at is not None for job in ledger.restatements.jobs()] == [True, True]


def test_killed_it_goes_on_and_ends_in_the_same_figures(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for folder in (killed, whole):
        folder.mkdir()
    entries = list(month(5, 1500, old_estimator, days=14))
    for folder in (killed, whole):
        with open_ledger(folder) as ledger:
            fill(ledger, entries)
    with open_ledger(whole) as ledger:
        expected = restate(ledger, sets)

    program = [sys.executable, "-m", "tests.support.restating", str(killed)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert int(process.stdout.readline()) < 14 * 24
        process.kill()
    assert process.returncode == -signal.SIGKILL

    steps: list[Step] = []
    with open_ledger(killed) as ledger:
        (job,) = ledger.restatements.jobs()
        assert job.since < job.done_until < job.until
        # A part of a restatement is not read.
        assert totals(ledger, "latest") == totals(ledger, ORIGINAL)
        resumed = restate(ledger, sets, tell=steps.append)
        assert [one.number for one in ledger.restatements.jobs()] == [job.number]
    assert resumed.resumed
    assert steps[0].done_hours > 24
    assert resumed.progress == expected.progress
    assert said(killed) == said(whole)


def test_purged_hours_are_approximated_and_what_was_exact_is_kept(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    old, new = sets
    entries = list(month(6, 1200, old_estimator, days=60))
    with open_ledger(tmp_path) as ledger:
        fill(ledger, entries)
        middle = NOW - 15 * DAY
        recompute(ledger, new, middle, NOW - 5 * DAY, find=finder(old, new))
        exact = ledger.impact_totals(middle, NOW - 5 * DAY)
        assert ledger.purge(1) > 0
    # Another month later, all rows are gone.
    with open_ledger(tmp_path, now=NOW + 20 * DAY) as ledger:
        assert ledger.purge(1) > 0
        outcome = restate(ledger, sets)
        origins = {one.key[0]: one.requests for one in ledger.impact_totals(0, NOW, ["origin"])}
        kept = ledger.impact_totals(middle, NOW - 5 * DAY)
    assert kept == exact
    assert outcome.progress.kept_hours > 0
    assert outcome.progress.approximate_hours > 0
    assert outcome.progress.exact_hours > 0
    assert sum(origins.values()) == 1200
    assert set(origins) == {"approximate", "restated"}
    # The approximation, against what the rows would have given.
    by_hand = sum(Estimator(new).estimate(one.exchange).energy_wh.central for one in entries)
    assert outcome.total(STAGES[-1], "energy_wh", "central") == pytest.approx(by_hand, rel=0.002)
    assert outcome.progress.checks


def test_what_sums_alone_give_is_close_and_its_error_is_told(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(7, 3000, old_estimator, days=28))
        checks = restate(ledger, sets, write=False).progress.checks
    assert sorted(checks) == ["2026-10", "2026-11"]
    assert sum(check.requests for check in checks.values()) == 3000
    for check in checks.values():
        errors = check.errors()
        assert all(error is not None for error in errors)
        assert max(abs(error or 0) for error in errors[1::3]) < 0.002
        assert max(abs(error or 0) for error in errors) < 0.02


def test_with_all_rows_gone_the_error_is_not_known(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(8, 50, old_estimator, days=2))
    with open_ledger(tmp_path, now=NOW + 60 * DAY) as ledger:
        ledger.purge(1)
        outcome = restate(ledger, sets)
    assert outcome.progress.checks == {}
    assert outcome.progress.approximate_hours == outcome.progress.hours


def test_without_the_old_set_the_change_is_not_split(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet]
) -> None:
    rnd = random.Random(9)
    with open_ledger(tmp_path) as ledger:
        fill(ledger, [Entry(exchange(rnd, NOW - 2 * HOUR), impact()) for _ in range(20)])
        outcome = restate(ledger, sets)
    assert outcome.progress.missing_sets == ["2026.11-f00d"]
    assert outcome.causes() == ["unattributed", "models", "grid", "datacentres", "method"]
    assert outcome.part("unattributed", "energy_wh", "high") == outcome.change("energy_wh", "high")


def test_what_had_no_estimate_is_coverage(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    one = plain(NOW - 2 * HOUR, model_asked="gpt-4o", provider="openai")
    with open_ledger(tmp_path) as ledger:
        fill(ledger, [Entry(one, old_estimator.estimate(one)), Entry(plain(NOW - 2 * HOUR))])
        outcome = restate(ledger, sets)
        (total,) = ledger.totals(0, NOW)
    assert total.impact.requests == total.requests == 2
    assert outcome.part("coverage", "energy_wh", "central") > 0


def test_what_is_by_the_set_already_is_left_alone(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet]
) -> None:
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(10, 100, Estimator(sets[1]), days=1))
        lines = said(tmp_path)
        outcome = restate(ledger, sets)
        assert said(tmp_path) == lines
    assert outcome.progress.same_hours == outcome.progress.hours
    assert outcome.change("energy_wh", "central") == 0


def test_late_arrivals_are_not_lost_and_a_later_run_takes_them_in(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    at = NOW - 3 * HOUR
    first, late = (plain(at, model_asked="gpt-4o", provider="openai") for _ in range(2))
    with open_ledger(tmp_path) as ledger:
        fill(ledger, [Entry(first, old_estimator.estimate(first))])
        restate(ledger, sets)
        assert ledger.impact_totals(0, NOW, ["origin"])[0].key == ("restated",)
        fill(ledger, [Entry(late, old_estimator.estimate(late))])
        (before,) = ledger.impact_totals(0, NOW, ["origin"])
        assert (before.key, before.requests) == (("live",), 2)
        restate(ledger, sets)
        (after,) = ledger.impact_totals(0, NOW, ["origin"])
        assert (after.key, after.requests) == (("restated",), 2)


def test_the_last_restatement_is_read_whichever_set_it_is_by(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    old, new = sets
    with open_ledger(tmp_path) as ledger:
        fill(ledger, month(11, 50, old_estimator, days=1))
        original = totals(ledger, ORIGINAL)
        for target in (new, old, new):
            recompute(ledger, target, 0, NOW, find=finder(*sets))
            (total,) = ledger.impact_totals(0, NOW, ["factor_set"])
            assert total.key == (target.name,)
            assert total.requests == 50
        assert totals(ledger, old.name) == pytest.approx(original)


def test_what_nothing_was_counted_of_stays_a_gap(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet], old_estimator: Estimator
) -> None:
    """Neither a zero nor a reason to restate an hour again."""
    at = NOW - 2 * HOUR
    one, lost = plain(at, model_asked="gpt-4o", provider="openai"), plain(at)
    nothing: dict[str, Any] = {"input_tokens": None, "output_tokens": None}
    lost = msgspec.structs.replace(lost, **nothing, input_source="none", output_source="none")
    lost = msgspec.structs.replace(lost, images=None, audio_s=None, cache_read_tokens=None)
    with open_ledger(tmp_path) as ledger:
        fill(ledger, [Entry(one, old_estimator.estimate(one)), Entry(lost)])
        restate(ledger, sets)
        (total,) = ledger.totals(0, NOW)
    assert (total.requests, total.impact.requests) == (2, 1)


def test_an_hour_with_a_gap_is_by_the_set_already(
    tmp_path: Path, sets: tuple[FactorSet, FactorSet]
) -> None:
    at = NOW - 2 * HOUR
    one = plain(at, model_asked="gpt-4o", provider="openai")
    nothing: dict[str, Any] = {"input_tokens": None, "output_tokens": None}
    lost = msgspec.structs.replace(one, id=new_id(at), **nothing, input_source="none")
    lost = msgspec.structs.replace(lost, output_source="none", cache_read_tokens=None)
    with open_ledger(tmp_path) as ledger:
        fill(ledger, [Entry(one, Estimator(sets[1]).impact(one)), Entry(lost)])
        outcome = restate(ledger, sets)
    assert outcome.progress.same_hours == outcome.progress.hours == 1
