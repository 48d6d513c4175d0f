from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from proxy.ledger import Entry, Ledger, Purge, retention
from tests.support.ledger import HOUR, NOW, dump, finding, impact, open_ledger, plain

PARIS = ZoneInfo("Europe/Paris")
ROLLUPS = ("hour_sum", "impact_hour", "finding_hour", "flag_hour", "dimension", "gap")


def unix(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("today", "months", "kept_from"),
    [
        ("2026-11-23T12:00+01:00", 6, date(2026, 5, 24)),
        ("2026-11-23T12:00+01:00", 12, date(2025, 11, 24)),
        ("2026-03-31T12:00+02:00", 1, date(2026, 3, 1)),
        ("2024-03-31T12:00+02:00", 1, date(2024, 3, 1)),
        ("2026-01-15T12:00+01:00", 1, date(2025, 12, 16)),
        ("2026-08-31T12:00+02:00", 6, date(2026, 3, 1)),
        # Already tomorrow in Paris, still today in UTC.
        ("2026-11-22T23:30+00:00", 6, date(2026, 5, 24)),
    ],
)
def test_the_first_day_kept(today: str, months: int, kept_from: date) -> None:
    assert retention.first_day(unix(today), months, PARIS) == kept_from


def test_the_cut_is_at_local_midnight() -> None:
    # Kept from 24 May, summer time, though today is in winter time.
    assert retention.cutoff(NOW, 6, PARIS) == unix("2026-05-24T00:00+02:00")


@pytest.mark.parametrize("months", range(1, 13))
def test_no_row_reaches_the_age_that_was_set(months: int) -> None:
    # Until the next day's run, the oldest row kept is younger than so many months.
    for day in range(1500):
        now = NOW + day * 86400
        kept = retention.first_day(now, months, PARIS)
        tomorrow = datetime.fromtimestamp(now + 86400, PARIS)
        reached = (kept.year * 12 + kept.month + months, kept.day)
        assert (tomorrow.year * 12 + tomorrow.month, tomorrow.day) <= reached


def old_and_new() -> list[Entry]:
    cut = unix("2026-05-24T00:00+02:00")
    times = [cut - 90 * 86400, cut - HOUR, cut - 1, cut, cut + 1, NOW]
    return [Entry(plain(at), impact(), finding()) for at in times]


def test_old_rows_go_with_all_that_hangs_on_them_and_sums_stay(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.ledger.retention.BATCH", 2)
    entries = old_and_new()
    ledger.write(entries)
    before = dump(tmp_path)
    totals = ledger.totals(0, NOW + HOUR, ["hour"])

    assert ledger.purge(6) == 3

    assert [row.exchange for row in ledger.rows(0, NOW + HOUR)] == [
        entry.exchange for entry in entries[3:]
    ]
    after = dump(tmp_path)
    assert (len(after["impact"]), len(after["finding"])) == (3, 3)
    assert {name: after[name] for name in ROLLUPS} == {name: before[name] for name in ROLLUPS}
    assert ledger.totals(0, NOW + HOUR, ["hour"]) == totals
    assert ledger.oldest_row() == unix("2026-05-24T00:00+02:00")


def test_each_run_is_written_down(ledger: Ledger) -> None:
    assert ledger.last_purge() is None
    ledger.write(old_and_new())
    ledger.purge(6)
    cut = unix("2026-05-24T00:00+02:00")
    assert ledger.last_purge() == Purge(at=NOW, cutoff=cut, keep_months=6, rows=3)
    assert ledger.purge(6) == 0
    assert ledger.last_purge() == Purge(at=NOW, cutoff=cut, keep_months=6, rows=0)
    assert ledger.keep_since(6) == date(2026, 5, 24)


def test_a_purged_exchange_that_comes_again_is_purged_again(tmp_path: Path) -> None:
    # Months later its id is no longer known; the inbox's positions keep this from
    # happening, and its row does not outlive the next purge.
    old = Entry(plain(NOW - 200 * 86400))
    with open_ledger(tmp_path) as ledger:
        ledger.write([old])
        ledger.purge(6)
        assert ledger.row(old.exchange.id) is None
        ledger.write([old])
        assert ledger.purge(6) == 1


def test_a_row_counted_at_its_arrival_ages_from_there(ledger: Ledger) -> None:
    ledger.write([Entry(plain(NOW, started_at=0.0))])
    assert ledger.purge(1) == 0
    assert ledger.oldest_row() == NOW


def test_writers_get_their_turn_between_batches(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.write(old_and_new())
    monkeypatch.setattr("proxy.ledger.retention.BATCH", 1)
    removed: list[int] = []
    remove = retention.remove_batch

    def and_meanwhile_write(*arguments: object) -> int:
        removed.append(remove(*arguments))  # type: ignore[arg-type]
        assert ledger._turn.locked(), "one batch is one transaction"
        return removed[-1]

    monkeypatch.setattr("proxy.ledger.retention.remove_batch", and_meanwhile_write)
    assert ledger.purge(6) == 3
    assert removed == [1, 1, 1, 0]


def test_timestamps_of_the_journal_are_unix_seconds(ledger: Ledger) -> None:
    ledger.purge(12)
    purge = ledger.last_purge()
    assert purge is not None
    assert datetime.fromtimestamp(purge.at, UTC).isoformat() == "2026-11-23T12:00:00+00:00"
