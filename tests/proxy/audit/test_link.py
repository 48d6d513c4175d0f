from __future__ import annotations

import time
from pathlib import Path

import pytest

from proxy.audit.link import LAST_PAUSE_S, LedgerLink
from proxy.ledger import Entry, Gap, Ledger
from proxy.metrics import Metrics
from tests.support.auditing import Fallible
from tests.support.ledger import plain


@pytest.fixture
def fallible(tmp_path: Path) -> Fallible:
    return Fallible(tmp_path)


def test_it_opens_the_ledger_and_gives_its_positions(fallible: Fallible) -> None:
    link = LedgerLink(fallible.open, Metrics())
    assert link.connect() == {}
    assert link.write([Entry(plain())], {"a.seg": 5}, [Gap(0.0, "x")]) is not None
    link.disconnect()
    assert link.connect() == {"a.seg": 5}
    link.disconnect()


def test_what_is_written_is_counted(fallible: Fallible) -> None:
    metrics = Metrics()
    link = LedgerLink(fallible.open, metrics)
    link.connect()
    entry = Entry(plain())
    link.write([entry, Entry(plain())], {}, [])
    link.write([entry], {}, [])
    assert metrics.values("jauge_ledger_exchanges_total") == {
        ("new",): 2.0,
        ("duplicate",): 1.0,
        ("refused",): 0.0,
    }
    assert link.last_write == metrics.value("jauge_ledger_last_write_timestamp_seconds")
    link.disconnect()


def test_without_a_ledger_nothing_is_written(fallible: Fallible) -> None:
    link = LedgerLink(fallible.open, Metrics())
    assert link.write([Entry(plain())], {}, []) is None
    assert not link.attempt(lambda ledger: ledger.counts())


def test_a_ledger_that_cannot_be_opened_is_told_and_tried_ever_more_slowly(
    fallible: Fallible,
) -> None:
    metrics = Metrics()
    link = LedgerLink(fallible.open, metrics)
    fallible.kind = "unreachable"
    pauses = []
    for _ in range(8):
        assert link.connect() is None
        pauses.append(link.pause_s)
    assert link.fault is not None
    assert link.fault.kind == "unreachable"
    assert time.time() - link.fault.since < 60
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1] == LAST_PAUSE_S
    assert metrics.value("jauge_ledger_errors_total", ("unreachable",)) == 8
    fallible.kind = None
    assert link.connect() == {}
    assert not link.fault
    assert link.pause_s == 0.0
    link.disconnect()


def test_a_failure_that_may_pass_keeps_the_ledger_open(fallible: Fallible) -> None:
    link = LedgerLink(fallible.open, Metrics())
    link.connect()
    fallible.kind = "full"
    assert link.write([], {"a.seg": 1}, []) is None
    since = link.fault and link.fault.since
    assert link.write([], {"a.seg": 1}, []) is None
    assert link.fault is not None
    assert (link.fault.kind, link.fault.since) == ("full", since)
    told = link.fault
    assert link.ledger is not None
    fallible.kind = None
    assert link.write([], {"a.seg": 1}, []) is not None
    assert link.fault is not told
    assert not link.fault
    link.disconnect()


def test_damage_closes_the_ledger(fallible: Fallible) -> None:
    link = LedgerLink(fallible.open, Metrics())
    link.connect()
    fallible.kind = "damaged"
    assert link.write([], {"a.seg": 1}, []) is None
    assert link.ledger is None


def test_what_may_be_left_out_is_attempted_once(fallible: Fallible) -> None:
    metrics = Metrics()
    link = LedgerLink(fallible.open, metrics)
    link.connect()
    seen: list[Ledger] = []
    assert link.attempt(seen.append)
    assert seen == [link.ledger]

    def fail(_: Ledger) -> None:
        fallible.kind = "locked"
        fallible._fail()

    assert not link.attempt(fail)
    assert link.fault is None
    assert metrics.value("jauge_ledger_errors_total", ("locked",)) == 1
    link.disconnect()


def test_a_ledger_that_is_taken_away_meanwhile_is_still_worked_on(fallible: Fallible) -> None:
    """The pipeline closes it after damage, while other threads read it."""

    class Vanishing(LedgerLink):
        looked = 0

        def __getattribute__(self, name: str) -> object:
            if name == "ledger":
                type(self).looked += 1
                return None if self.looked > 1 else kept
            return super().__getattribute__(name)

    kept = fallible.open()
    link = Vanishing(fallible.open, Metrics())
    seen: list[Ledger] = []
    assert link.attempt(seen.append)
    assert seen == [kept]
    kept.close()
