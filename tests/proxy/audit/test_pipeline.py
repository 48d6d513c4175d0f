"""The pipeline over real files and a real ledger."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.audit import pipeline as pipeline_module
from proxy.exchange import Exchange, to_bytes
from proxy.metrics import observe_exchange
from proxy.spool.messages import EdgeHealth, Words
from proxy.spool.outbox import Outbox
from proxy.spool.segment import segments
from tests.support.auditing import Rig, open_ledger
from tests.support.ledger import plain
from tests.support.waiting import wait_until


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    if rig.pipeline.state().alive:
        rig.pipeline.stop()


def _many(count: int, **changes: object) -> list[Exchange]:
    return [plain(time.time() - 1.5, **changes) for _ in range(count)]


def _stored(rig: Rig) -> float:
    return rig.metrics.value("jauge_ledger_exchanges_total", ("new",))


def test_records_reach_the_ledger_the_metrics_and_then_leave_the_disk(rig: Rig) -> None:
    exchanges = _many(700)
    rig.put(*exchanges)
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "all is recorded")
    rig.pipeline.stop()
    assert set(rig.recorded()) == {one.id for one in exchanges}
    assert sum(rig.metrics.values("jauge_requests_total").values()) == 700
    assert rig.positions() == {}
    assert rig.link.ledger is None


def test_words_that_come_late_are_waited_for_and_then_forgotten(tmp_path: Path) -> None:
    rig = Rig(tmp_path, words_wait_s=60)
    one = plain(
        time.time() - 1.5,
        words="sent",
        output_tokens=None,
        output_source="none",
        answer_chars=9,
        answer_language="fr",
    )
    rig.put(one)
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().waiting == 1, "it is read and waits")
    assert rig.pipeline.state().oldest_age_s > 0
    rig.store.put(Words(id=one.id, prompt="Bonjour", answer="Bonsoir à tous", messages=1))
    wait_until(lambda: _stored(rig) == 1, "it is recorded")
    rig.pipeline.stop()
    recorded = rig.recorded()[one.id]
    assert (recorded.output_source, recorded.output_tokens) == ("counted", 6)
    assert rig.metrics.value("jauge_analysis_total", ("embedded", "scored")) == 1
    assert len(rig.store) == 0


def test_words_that_never_come_leave_an_estimate(rig: Rig) -> None:
    one = plain(
        time.time() - 1.5, words="sent", output_tokens=None, output_source="none", answer_chars=400
    )
    rig.put(one)
    rig.pipeline.start()
    wait_until(lambda: _stored(rig) == 1, "it is recorded")
    rig.pipeline.stop()
    assert rig.recorded()[one.id].output_source == "estimated"
    assert rig.metrics.value("jauge_inbox_gaps_total", ("lost",)) == 1
    assert rig.metrics.value("jauge_analysis_total", ("embedded", "lost")) == 1


@pytest.mark.parametrize("kind", ["full", "locked", "read_only", "damaged", "refused"])
def test_while_the_ledger_refuses_nothing_is_acknowledged_and_nothing_is_lost(
    rig: Rig, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.audit.link.LAST_PAUSE_S", 0.2)
    exchanges = _many(50)
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().ready, "the ledger is open")
    rig.ledgers.kind = kind
    rig.put(*exchanges)
    wait_until(
        lambda: rig.metrics.value("jauge_ledger_errors_total", (kind,)) >= 2, "it has tried twice"
    )
    assert rig.link.fault is not None
    assert len(rig.left()) == 1
    assert rig.recorded() == {}
    assert sum(rig.metrics.values("jauge_requests_total").values()) == 0
    rig.ledgers.kind = None
    wait_until(lambda: not rig.left(), "all is recorded")
    rig.pipeline.stop()
    assert set(rig.recorded()) == {one.id for one in exchanges}
    assert sum(rig.metrics.values("jauge_requests_total").values()) == 50


def test_what_waits_on_disk_is_told_while_the_ledger_refuses(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.audit.link.LAST_PAUSE_S", 0.2)
    monkeypatch.setattr(pipeline_module, "STATE_S", 0.05)
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().ready, "the ledger is open")
    rig.ledgers.kind = "locked"
    rig.put(*_many(5))
    wait_until(lambda: rig.link.fault, "it has tried")
    assert rig.pipeline.state().waiting == 5
    rig.put(*_many(20), worker="w1")
    (behind,) = [name for name in rig.left() if "w1" in name]
    size = (rig.folder / behind).stat().st_size
    wait_until(lambda: rig.pipeline.state().inbox.unread_bytes == size, "it is told")
    rig.ledgers.kind = None
    wait_until(lambda: not rig.left(), "all is recorded")
    wait_until(lambda: rig.pipeline.state().inbox.unread_bytes == 0, "that is told too")


def test_a_ledger_that_opens_late_gets_everything(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.audit.link.LAST_PAUSE_S", 0.2)
    rig.ledgers.kind = "unreachable"
    rig.put(*_many(10))
    rig.pipeline.start()
    wait_until(lambda: rig.link.fault, "it has tried")
    assert not rig.pipeline.state().ready
    rig.ledgers.kind = None
    wait_until(lambda: not rig.left(), "all is recorded")
    rig.pipeline.stop()
    assert len(rig.recorded()) == 10


def test_memory_holds_no_more_than_the_window(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline_module, "WINDOW", 40)
    rig.pipeline = rig.make_pipeline()
    rig.ledgers.kind = "full"
    rig.put(*_many(500))
    rig.ledgers.kind = None
    rig.pipeline.start()
    rig.ledgers.kind = "full"
    wait_until(lambda: rig.link.fault, "it has tried")
    assert rig.pipeline.state().waiting <= 2 * 40
    rig.ledgers.kind = None
    wait_until(lambda: not rig.left(), "all is recorded")
    rig.pipeline.stop()
    assert len(rig.recorded()) == 500


def test_damaged_records_are_gaps_and_the_rest_is_recorded(rig: Rig) -> None:
    rig.put(*_many(3))
    path = rig.folder / segments(rig.folder)[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    outbox = Outbox(rig.folder, worker="w1", limit_bytes=1 << 30)
    outbox.put(b"\x01{ no record")
    outbox.put(b"\x63 of a version to come")
    outbox.close()
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "all is read")
    rig.pipeline.stop()
    assert len(rig.recorded()) == 2
    assert rig.gaps() == {("record_damaged", ""): 1, ("record_unreadable", ""): 2}
    assert rig.metrics.value("jauge_inbox_gaps_total", ("damaged",)) == 1
    assert rig.metrics.value("jauge_inbox_gaps_total", ("unreadable",)) == 2


def test_stopping_records_what_is_there_without_waiting_for_words(tmp_path: Path) -> None:
    rig = Rig(tmp_path, words_wait_s=3600)
    exchanges = _many(1200, words="sent")
    rig.put(*exchanges)
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().waiting, "they are read")
    rig.pipeline.stop()
    assert set(rig.recorded()) == {one.id for one in exchanges}
    assert rig.left() == []


def test_stopping_while_the_ledger_refuses_leaves_everything_on_disk(rig: Rig) -> None:
    rig.put(*_many(10))
    rig.ledgers.kind = "full"
    rig.pipeline.start()
    wait_until(lambda: rig.link.fault, "it has tried")
    rig.pipeline.stop()
    assert len(rig.left()) == 1
    rig.ledgers.kind = None
    rig.pipeline = rig.make_pipeline()
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "all is recorded")
    assert len(rig.recorded()) == 10


def test_what_edges_did_not_measure_reaches_the_ledger_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline_module, "EDGES_S", 0.05)
    health = EdgeHealth(
        edge="e",
        worker="w0",
        boot_id="b1",
        sent_at=0.0,
        counters={"tunnels": {"chatgpt": 4}},
        histograms={},
    )
    rig.pipeline = rig.make_pipeline()
    rig.pipeline.start()
    rig.edges.receive(health)
    wait_until(lambda: rig.gaps() == {("tunnels", "chatgpt"): 4}, "it is recorded")
    rig.pipeline.stop()
    rig.pipeline = rig.make_pipeline()
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().ready, "it is open again")
    rig.edges.receive(health)
    rig.pipeline.stop()
    assert rig.gaps() == {("tunnels", "chatgpt"): 4}


def test_what_a_worker_lost_is_recorded_at_once_and_answered_then(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.audit.link.LAST_PAUSE_S", 0.2)
    last = EdgeHealth(
        edge="e",
        worker="w0",
        boot_id="b1",
        sent_at=0.0,
        counters={},
        histograms={},
        outbox_lost=7,
        final=True,
    )
    rig.pipeline.start()
    wait_until(lambda: rig.pipeline.state().ready, "the ledger is open")
    rig.ledgers.kind = "full"
    rig.edges.receive(last)
    wait_until(
        lambda: rig.metrics.value("jauge_ledger_errors_total", ("full",)) >= 2, "it has tried twice"
    )
    assert rig.answered == []
    rig.ledgers.kind = None
    wait_until(lambda: rig.answered == ["b1"], "it is answered")
    assert rig.gaps() == {("outbox_lost", ""): 7}
    rig.edges.receive(last)
    wait_until(lambda: rig.answered == ["b1", "b1"], "it is answered again")
    assert rig.gaps() == {("outbox_lost", ""): 7}


def test_prompts_are_scored_where_asked_for(tmp_path: Path) -> None:
    rig = Rig(tmp_path, prompts=True)
    one = plain(time.time() - 1.5, words="sent", prompt_language="fr", answer_language="fr")
    rig.store.put(Words(id=one.id, prompt="Bonjour", answer="Bonsoir"))
    rig.put(one)
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "it is recorded")
    rig.pipeline.stop()
    with open_ledger(tmp_path) as ledger:
        row = ledger.row(one.id)
    assert row is not None
    assert sorted(finding.subject for finding in row.findings) == ["answer", "prompt"]


def test_records_written_twice_count_once(rig: Rig) -> None:
    exchanges = _many(20)
    rig.put(*exchanges)
    rig.put(*exchanges, worker="w1")
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "all is read")
    rig.pipeline.stop()
    assert len(rig.recorded()) == 20
    assert rig.metrics.value("jauge_ledger_exchanges_total", ("duplicate",)) == 20


def test_a_failure_of_its_own_is_counted_and_it_goes_on(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([RuntimeError("a secret text")])
    real = observe_exchange

    def fail(*given: object) -> None:
        for failure in failures:
            raise failure
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline_module, "observe_exchange", fail)
    rig.put(*_many(5))
    rig.pipeline.start()
    wait_until(
        lambda: rig.metrics.value("jauge_audit_errors_total", ("pipeline", "RuntimeError")),
        "it has failed",
    )
    rig.put(*_many(5))
    wait_until(lambda: not rig.left(), "all is recorded")
    rig.pipeline.stop()
    assert len(rig.recorded()) == 10
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_records_larger_than_usual_pass(rig: Rig) -> None:
    one = plain(time.time() - 1.5, reference="r" * 60)
    outbox = Outbox(rig.folder, worker="w0", limit_bytes=1 << 30)
    outbox.put(to_bytes(one).rstrip(b"}") + b',"unknown":"' + b"x" * 100_000 + b'"}')
    outbox.close()
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "it is recorded")
    rig.pipeline.stop()
    assert list(rig.recorded()) == [one.id]
