"""Restatements in the ledger: who may go on with one, when it is read, what it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.ledger import ORIGINAL, Entry, Ledger, LedgerError
from proxy.ledger.restate import Job, RestatedHour, RestatedLine
from proxy.ledger.schema import IMPACTS
from tests.support.ledger import HOUR, NOW, dump, impact, open_ledger, plain

HOUR_AT = int(NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path) as opened:
        opened.write([Entry(plain(), impact(1.0)), Entry(plain(), impact(1.0))])
        yield opened


def restated(scale: float, *, requests: int = 2, approximate: bool = False) -> RestatedHour:
    values = tuple(scale * (index + 1) for index in range(len(IMPACTS)))
    line = RestatedLine(1, 3, "C", "FRA", requests, values)
    return RestatedHour(HOUR_AT, requests, approximate=approximate, lines=(line,))


def make(ledger: Ledger, name: str, hour: RestatedHour) -> Job:
    job = ledger.restatements.begin(name, HOUR_AT, HOUR_AT + 3600)
    job = ledger.restatements.store(job, [hour], HOUR_AT + 3600, "done")
    return ledger.restatements.finish(job)


def low_energy(ledger: Ledger, statement: str = "latest") -> float | None:
    found = ledger.impact_totals(0, NOW + HOUR, statement=statement)
    return found[0].ranges["energy_wh"].low if found else None


def test_a_restatement_is_read_once_it_is_finished(ledger: Ledger) -> None:
    live = low_energy(ledger)
    job = ledger.restatements.begin("new", HOUR_AT, HOUR_AT + 3600)
    job = ledger.restatements.store(job, [restated(7.0)], HOUR_AT + 3600, "all")
    assert low_energy(ledger) == live
    assert low_energy(ledger, "new") is None
    ledger.restatements.finish(job)
    assert low_energy(ledger) == low_energy(ledger, "new") == 7.0
    assert low_energy(ledger, ORIGINAL) == low_energy(ledger, "2026.11-f00d") == live
    (total,) = ledger.totals(0, NOW + HOUR, ["department"])
    assert (total.requests, total.impact.requests) == (2, 2)
    (total,) = ledger.totals(0, NOW + HOUR, statement=ORIGINAL)
    assert total.impact.ranges["energy_wh"].low == live


def test_groups_tell_origin_and_factor_set(ledger: Ledger) -> None:
    make(ledger, "new", restated(1.0, approximate=True))
    by = ["origin", "factor_set", "tier", "quality", "impact_zone"]
    (total,) = ledger.impact_totals(0, NOW + HOUR, by)
    assert total.key == ("approximate", "new", 3, "C", "FRA")
    (total,) = ledger.impact_totals(0, NOW + HOUR, by, statement=ORIGINAL)
    assert total.key == ("live", "2026.11-f00d", 2, "B", "SWE")


def test_the_last_one_counts_and_all_stay(ledger: Ledger) -> None:
    make(ledger, "new", restated(7.0))
    make(ledger, "newer", restated(9.0))
    assert low_energy(ledger) == 9.0
    assert low_energy(ledger, "new") == 7.0
    make(ledger, "new", restated(8.0))
    assert low_energy(ledger) == low_energy(ledger, "new") == 8.0
    assert low_energy(ledger, "newer") == 9.0


def test_an_hour_that_grew_is_read_as_it_was_before(ledger: Ledger) -> None:
    make(ledger, "new", restated(7.0))
    ledger.write([Entry(plain(), impact(1.0))])
    (total,) = ledger.impact_totals(0, NOW + HOUR, ["origin"])
    assert (total.key, total.requests) == (("live",), 3)
    assert low_energy(ledger, "new") is None


def test_other_hours_stay_original(ledger: Ledger) -> None:
    ledger.write([Entry(plain(NOW - HOUR), impact(1.0))])
    make(ledger, "new", restated(7.0))
    found = ledger.impact_totals(0, NOW + HOUR, ["hour", "origin"])
    assert [one.key for one in found] == [(HOUR_AT - 3600, "live"), (HOUR_AT, "restated")]


def test_an_hour_done_again_stays_readable_meanwhile(ledger: Ledger) -> None:
    make(ledger, "new", restated(7.0))
    job = ledger.restatements.begin("new", HOUR_AT, HOUR_AT + 3600)
    ledger.restatements.store(job, [restated(8.0)], HOUR_AT + 3600, "again")
    assert low_energy(ledger) == 8.0


def test_what_was_broken_off_goes_on(ledger: Ledger) -> None:
    begun = ledger.restatements.begin("new", 0, 7200)
    stored = ledger.restatements.store(begun, [], 3600, "half")
    again = ledger.restatements.begin("new", 0, 10_800)
    assert (again.number, again.done_until, again.progress) == (begun.number, 3600, "half")
    assert again.until == 10_800
    assert ledger.restatements.begin("other", 0, 7200).number != begun.number
    assert ledger.restatements.begin("new", 3600, 7200).number != begun.number
    ledger.restatements.finish(stored)
    assert ledger.restatements.begin("new", 0, 10_800).number != begun.number


def test_two_at_once_are_told(ledger: Ledger, tmp_path: Path) -> None:
    mine = ledger.restatements.begin("new", 0, 7200)
    with open_ledger(tmp_path) as other:
        theirs = other.restatements.begin("new", 0, 7200)
        other.restatements.store(theirs, [], 3600, "theirs")
    before = dump(tmp_path)
    with pytest.raises(LedgerError, match="another recompute") as caught:
        ledger.restatements.store(mine, [restated(7.0)], 3600, "mine")
    assert caught.value.kind == "locked"
    assert dump(tmp_path) == before


def test_sources(ledger: Ledger) -> None:
    ledger.write([Entry(plain(NOW - HOUR)), Entry(plain(NOW + 200, tool="chatgpt"))])
    source = ledger.restatements
    assert source.hours(0, HOUR_AT) == [(HOUR_AT - 3600, 1)]
    assert source.hours(0, HOUR_AT + 3600)[1] == (HOUR_AT, 3)
    rows = list(source.rows(HOUR_AT))
    assert [row.exchange.tool for _, row in rows] == ["le-chat", "le-chat", "chatgpt"]
    lines = {line.dimension: line for line in source.lines(HOUR_AT)}
    for dimension, row in rows:
        assert lines[dimension].names["tool"] == row.exchange.tool
    (live,) = lines[rows[0][0]].live
    assert (live.factor_set, live.tier, live.requests) == ("2026.11-f00d", 2, 2)
    assert lines[rows[2][0]].live == ()
    assert source.exact("new", HOUR_AT) is None
    assert not source.is_restated(HOUR_AT)
    make(ledger, "new", restated(7.0, requests=3))
    assert source.exact("new", HOUR_AT) == 3
    assert source.is_restated(HOUR_AT)
    assert source.said("new", HOUR_AT)[:3] == (7.0, 14.0, 21.0)


def test_rows_come_in_pages(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from proxy.ledger import queries

    ledger.write([Entry(plain(NOW + n)) for n in range(7)])
    monkeypatch.setattr(queries, "PAGE", 2)
    rows = list(ledger.restatements.rows(HOUR_AT))
    assert len({row.exchange.id for _, row in rows}) == len(rows) == 9
