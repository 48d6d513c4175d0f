"""Reading for the page: seldom, off the loop, and honest where the ledger cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from proxy.ledger import Entry, Gap, Ledger, LedgerError
from proxy.ledger.errors import Kind
from proxy.web import reading as module
from proxy.web.reading import Reader
from tests.support.ledger import NOW, impact, open_ledger, plain

DAY = 86_400.0


def entry(at: float = NOW, **changes: object) -> Entry:
    return Entry(plain(at, **changes), impact())


class Broken:
    """A ledger that fails as told, then is the one that it holds."""

    def __init__(self, ledger: Ledger, kind: Kind | None = None) -> None:
        self._ledger = ledger
        self.kind = kind
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        self.asked += 1
        if self.kind is not None:
            raise LedgerError(self.kind, "told to fail")
        return getattr(self._ledger, name)


def reader_of(ledger: object, *, k: int = 5, **headcounts: int) -> Reader:
    return Reader(lambda: ledger, headcounts, k, clock=lambda: NOW)  # type: ignore[arg-type, return-value]


async def test_today_and_this_month(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([entry(), entry(NOW - DAY), entry(NOW - 40 * DAY), entry(NOW - 100 * DAY)])
        found = await reader_of(ledger).read()
    assert found.today is not None
    assert found.month is not None
    assert (found.today.whole.requests, found.month.whole.requests) == (1, 2)
    assert {name: one and one.requests for name, one in found.history.items()} == {
        "2026-08": 1,
        "2026-09": None,
        "2026-10": 1,
        "2026-11": 2,
    }
    assert f"{found.at:%Y-%m-%d %H:%M}" == "2026-11-23 13:00", "the town hall's time"
    assert found.last_exchange == NOW
    assert found.fault is None


async def test_small_departments_are_shown_together(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write(
            [entry(department=name) for name in ("voirie", "cabinet", "gone", "unknown", "dsi")]
        )
        found = await reader_of(ledger, voirie=200, cabinet=3, dsi=9).read()
    assert found.month is not None
    # "gone" is in no organisation.yaml any more: nobody vouches for its headcount. The two
    # together are still under k, so that the smallest other one joins them.
    assert set(found.month.departments) == {"voirie", "autres", "unknown"}
    assert found.month.departments["autres"].requests == 3


async def test_it_reads_once_for_all_who_ask_within_some_seconds(tmp_path: Path) -> None:
    now = [0.0]
    with open_ledger(tmp_path) as ledger:
        ledger.write([entry()])
        counted = Broken(ledger)
        reader = Reader(lambda: counted, {}, 5, clock=lambda: NOW, timer=lambda: now[0])  # type: ignore[arg-type, return-value]
        readings = await asyncio.gather(*(reader.read() for _ in range(20)))
        assert all(one is readings[0] for one in readings)
        asked = counted.asked
        now[0] = 9.9
        assert await reader.read() is readings[0]
        assert counted.asked == asked
        now[0] = 10.0
        assert await reader.read() is not readings[0]
        assert counted.asked - asked < asked, "months that are over are not read again"


class Slow:
    """A ledger of which each question takes a second of a clock that is moved by hand."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.now = 0.0

    def __getattr__(self, name: str) -> object:
        self.now += 1.0
        return getattr(self._ledger, name)


async def test_a_large_ledger_is_read_the_less_often_the_longer_it_takes(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([entry()])
        slow = Slow(ledger)
        reader = Reader(lambda: slow, {}, 5, clock=lambda: NOW, timer=lambda: slow.now)  # type: ignore[arg-type, return-value]
        first = await reader.read()
        took = slow.now
        assert took > 2
        slow.now = 11 * took - 0.1
        assert await reader.read() is first
        slow.now = 11 * took
        assert await reader.read() is not first


@pytest.mark.parametrize("kind", ["locked", "damaged", "newer", "unreachable"])
async def test_a_ledger_that_cannot_be_read_is_a_notice(tmp_path: Path, kind: Kind) -> None:
    with open_ledger(tmp_path) as ledger:
        found = await reader_of(Broken(ledger, kind)).read()
    assert (found.fault, found.is_known) == (kind, False)


async def test_before_it_is_open_there_is_nothing() -> None:
    found = await reader_of(None).read()
    assert (found.fault, found.is_known) == ("closed", False)


async def test_what_was_read_last_stays_with_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_S", 0.0)
    monkeypatch.setattr(module, "SHARE", 0.0)
    with open_ledger(tmp_path) as ledger:
        ledger.write([entry()])
        broken = Broken(ledger)
        reader = reader_of(broken)
        first = await reader.read()
        broken.kind = "locked"
        stale = await reader.read()
        assert (stale.fault, stale.at, stale.month) == ("locked", first.at, first.month)
        broken.kind = None
        assert (await reader.read()).fault is None


async def test_a_simulated_ledger_is_known_as_one(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([entry()])
        assert not (await reader_of(ledger).read()).simulated
        ledger.add_gaps([Gap(NOW - 90 * DAY, "simulated")])
        assert (await reader_of(ledger).read()).simulated
