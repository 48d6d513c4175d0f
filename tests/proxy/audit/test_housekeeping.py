from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from proxy.audit import housekeeping as module
from proxy.audit.housekeeping import Housekeeping, Rooms
from proxy.audit.words import WordsStore
from proxy.scoring.scorer import ScorerState
from proxy.spool.channel import WordsReceiver
from proxy.spool.messages import EdgeHealth, Words
from tests.support.auditing import Rig, open_ledger
from tests.support.ledger import plain
from tests.support.waiting import wait_until


@dataclass
class House:
    rig: Rig
    keeping: Housekeeping
    receiver: WordsReceiver


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    rig = Rig(tmp_path)
    receiver = WordsReceiver(tmp_path / "words.sock", lambda _: None)
    rooms = Rooms(
        link=rig.link,
        pipeline=rig.pipeline,
        edges=rig.edges,
        store=rig.store,
        receiver=receiver,
        metrics=rig.metrics,
        keep_months=1,
        state_dir=tmp_path,
        scorer=rig.desk.state,
        sampled=0.25,
    )
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().ready, "the ledger is open")
    yield House(rig, Housekeeping(rooms), receiver)
    rig.pipeline.stop()
    receiver.close()


def test_gauges_are_set(house: House) -> None:
    rig = house.rig
    rig.store.put(Words(id="x", answer="a" * 1000))
    rig.edges.receive(
        EdgeHealth(
            edge="e",
            worker="w",
            boot_id="b",
            sent_at=0.0,
            counters={},
            histograms={},
            outbox_oldest_age_s=12.5,
        )
    )
    house.keeping.refresh()
    value = rig.metrics.value
    assert value("jauge_analysis_queue_length") == 1
    assert value("jauge_analysis_queue_bytes") == rig.store.bytes > 1000
    assert value("jauge_outbox_oldest_age_seconds") == 12.5
    assert value("jauge_edge_workers", ("e",)) == 1


def test_dropped_words_are_counted_by_reason(house: House) -> None:
    rig = house.rig
    rig.store.full, rig.store.late, house.receiver.unreadable = 3, 2, 1
    house.keeping.refresh()
    house.keeping.refresh()
    rig.store.full = 4
    house.keeping.refresh()
    assert rig.metrics.values("jauge_analysis_queue_dropped_total") == {
        ("full",): 4.0,
        ("late",): 2.0,
        ("unreadable",): 1.0,
    }


def test_old_words_are_forgotten(house: House) -> None:
    store = WordsStore(10_000, 0.0)
    object.__setattr__(house.keeping._rooms, "store", store)
    store.put(Words(id="x", answer="a"))
    house.keeping.tick()
    assert len(store) == 0


def test_the_ledger_is_measured(house: House) -> None:
    rig = house.rig
    rig.put(plain(time.time() - 100))
    wait_until(lambda: not rig.left(), "it is recorded")
    house.keeping.tick()
    assert rig.metrics.value("jauge_ledger_size_bytes") > 10_000
    assert 99 <= rig.metrics.value("jauge_ledger_oldest_row_age_seconds") < 200
    # One calendar month is kept: 27 days (the day after it began counts as new) to 31.
    assert 27 <= rig.metrics.value("jauge_ledger_retention_limit_seconds") / 86400 <= 32
    assert rig.metrics.values("jauge_ledger_last_purge_timestamp_seconds") == {}


def test_old_rows_are_purged_some_time_after_the_start(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = house.rig
    rig.put(plain(time.time() - 100 * 86400), plain(time.time() - 100))
    wait_until(lambda: not rig.left(), "they are recorded")
    house.keeping.tick()
    assert len(rig.recorded()) == 2
    monkeypatch.setattr(module, "FIRST_PURGE_S", 0.0)
    eager = Housekeeping(house.keeping._rooms)
    time.sleep(0.01)
    eager.tick()
    assert len(rig.recorded()) == 1
    with open_ledger(tmp_path) as ledger:
        assert ledger.counts().rollups == 2
    eager._measure_due = 0.0
    eager.tick()
    purged = rig.metrics.value("jauge_ledger_last_purge_timestamp_seconds")
    assert time.time() - 60 < purged <= time.time()


def test_the_thread_ticks_and_stops(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK_S", 0.01)
    house.keeping.start()
    wait_until(lambda: house.rig.metrics.value("jauge_ledger_size_bytes"), "it has ticked")
    house.keeping.stop()
    assert not house.keeping._thread.is_alive()


def test_the_scorer_is_shown_and_its_ends_are_counted_once(house: House) -> None:
    metrics = house.rig.metrics
    state = house.rig.desk.state()
    house.keeping._rooms = replace(house.keeping._rooms, scorer=lambda: state)
    house.keeping.refresh()
    one = state.identity
    assert metrics.values("jauge_classifier_info") == {(one.name, one.version, "embedded"): 1.0}
    assert metrics.value("jauge_scorer_up") == 1
    assert metrics.value("jauge_analysis_sampling_ratio") == 0.25
    state = replace(state, running=False, waiting=3, bytes=70, ends={"crash": 2})
    for _ in range(2):
        house.keeping.refresh()
    assert metrics.value("jauge_scorer_up") == 0
    assert metrics.value("jauge_scorer_queue_length") == 3
    assert metrics.value("jauge_scorer_queue_bytes") == 70
    assert metrics.value("jauge_scorer_ends_total", ("crash",)) == 2


def test_the_thread_outlives_a_look_that_fails(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK_S", 0.01)
    rooms, failures = house.keeping._rooms, [RuntimeError("told to fail")]

    def state() -> ScorerState:
        if failures:
            raise failures.pop()
        return house.rig.desk.state()

    keeping = Housekeeping(replace(rooms, scorer=state))
    keeping.start()
    metrics = house.rig.metrics
    wait_until(lambda: metrics.value("jauge_ledger_size_bytes"), "it goes on")
    keeping.stop()
    assert metrics.value("jauge_audit_errors_total", ("housekeeping", "RuntimeError")) == 1


def test_two_looks_at_once_count_nothing_twice(house: House) -> None:
    """A scrape looks around at the same moment as the thread does."""

    class Receiver:
        def __init__(self) -> None:
            self.scrape: threading.Thread | None = None

        @property
        def unreadable(self) -> int:
            if self.scrape is not None:
                return 6
            self.scrape = threading.Thread(target=keeping.refresh)
            self.scrape.start()
            self.scrape.join(0.5)  # it waits for this look to end, as it should
            return 5

    receiver = Receiver()
    keeping = Housekeeping(replace(house.keeping._rooms, receiver=receiver))  # type: ignore[arg-type]
    keeping.refresh()
    assert receiver.scrape is not None
    receiver.scrape.join()
    keeping.refresh()
    assert house.rig.metrics.value("jauge_analysis_queue_dropped_total", ("unreadable",)) == 6
