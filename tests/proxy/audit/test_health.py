from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from proxy.audit import health
from proxy.audit.health import Component, Sources, report
from proxy.reasons import Reason
from proxy.spool.channel import WordsReceiver
from proxy.spool.messages import EdgeHealth
from tests.support.auditing import Rig
from tests.support.ledger import plain
from tests.support.reasons import in_both_languages
from tests.support.waiting import wait_until


class Watched(Rig):
    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir, words_wait_s=60)
        self.receiver = WordsReceiver(state_dir / "words.sock", lambda _: None)
        self.scorer = self.desk.state()
        self.sources = Sources(
            state_dir=state_dir,
            link=self.link,
            pipeline=self.pipeline,
            edges=self.edges,
            store=self.store,
            receiver=self.receiver,
            scorer=lambda: self.scorer,
        )

    def hear(self, **changes: object) -> None:
        given: dict[str, object] = {"edge": "e", "worker": "w0", "boot_id": "b", "sent_at": 0.0}
        self.edges.receive(EdgeHealth(**given, counters={}, histograms={}, **changes))  # type: ignore[arg-type]

    def component(self, name: str) -> Component:
        part = report(self.sources)[1][name]
        assert len(in_both_languages(part.reasons)) == 2 * len(part.reasons)
        return part


def texts_of(part: Component) -> list[str]:
    return [str(reason) for reason in part.reasons]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    watched.pipeline.start()
    wait_until(lambda: watched.pipeline.state().ready, "the ledger is open")
    yield watched
    watched.pipeline.stop()
    watched.receiver.close()


def test_all_is_well(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LOW_DISK_BYTES", 1)
    watched.hear(connections=3)
    status, components = report(watched.sources)
    assert status == "ok"
    assert set(components) == {"ledger", "inbox", "outbox", "edges", "words", "scorer", "disk"}
    assert {part.status for part in components.values()} == {"ok"}
    assert not [part.reasons for part in components.values() if part.reasons]
    assert components["edges"].detail == {"workers": 1, "connections": 3}


def test_no_worker_is_worth_a_look(watched: Watched) -> None:
    assert watched.component("edges").status == "degraded"
    assert report(watched.sources)[0] == "degraded"


def test_a_ledger_that_cannot_be_written_is_a_failure(watched: Watched) -> None:
    watched.ledgers.kind = "full"
    watched.put(plain(time.time() - 2))
    wait_until(lambda: watched.link.fault, "it has tried")
    part = watched.component("ledger")
    assert part.status == "fail"
    assert part.reasons[0].values == {"kind": "full"}
    assert "full" in str(part.reasons[0])
    assert report(watched.sources)[0] == "fail"
    watched.ledgers.kind = None
    wait_until(lambda: watched.component("ledger").status == "ok", "it is well again")


def test_a_worker_that_cannot_write_its_counts_is_a_failure(watched: Watched) -> None:
    watched.hear(outbox_error="ENOSPC", outbox_queued=5)
    part = watched.component("outbox")
    assert part.status == "fail"
    assert texts_of(part) == ["w0 cannot write its counts (ENOSPC)"]
    assert part.detail == {"e/w0": {"queued": 5, "lost": 0, "oldest_age_s": 0.0, "error": "ENOSPC"}}


def test_counts_that_were_lost_are_told(watched: Watched) -> None:
    watched.hear(outbox_lost=7)
    part = watched.component("outbox")
    assert (part.status, texts_of(part)) == ("degraded", ["w0 has lost 7 counts"])


def test_an_outbox_that_cannot_be_read_is_a_failure(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.folder.write_text("not a folder")
    wait_until(lambda: watched.component("inbox").status == "fail", "it is noticed")
    assert "ENOTDIR" in str(watched.component("inbox").reasons[0])


def test_counts_that_come_late_are_worth_a_look(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LAG_S", 0.0)
    watched.put(plain(time.time() - 1.5, words="sent"))
    wait_until(lambda: watched.component("inbox").status == "degraded", "it waits for its words")
    assert watched.component("inbox").detail["waiting_records"] == 1


def test_a_pipeline_that_has_ended_is_a_failure(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    assert watched.component("inbox").status == "fail"
    assert watched.component("ledger").status == "degraded"
    watched.receiver.close()


def test_a_closed_channel_is_worth_a_look(watched: Watched) -> None:
    watched.receiver.close()
    assert watched.component("words").status == "degraded"


@pytest.mark.parametrize(
    ("free", "status"), [(2 << 30, "ok"), (500 << 20, "degraded"), (10 << 20, "fail")]
)
def test_a_disk_that_fills_up_is_told(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, free: int, status: str
) -> None:
    usage = SimpleNamespace(free=free, total=10 << 30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert watched.component("disk").status == status


def test_a_state_folder_that_is_gone_is_a_failure(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path) -> None:
        raise FileNotFoundError(2, "No such file", str(path))

    monkeypatch.setattr(shutil, "disk_usage", gone)
    part = watched.component("disk")
    assert part.status == "fail"
    assert str(watched.ledgers.folder) not in repr(part)


def test_a_scorer_that_is_not_the_one_asked_for_is_worth_a_look(watched: Watched) -> None:
    values = {"classifier": "embedded", "wanted": "detoxify"}
    text = "embedded scores in place of detoxify: no model."
    warning = Reason("classifier_replaced", text, values)
    watched.scorer = replace(watched.scorer, wanted="detoxify", warnings=(warning,))
    part = watched.component("scorer")
    assert (part.status, part.reasons) == ("degraded", (warning,))
    assert (part.detail["classifier"], part.detail["configured"]) == ("embedded", "detoxify")


def test_a_scorer_that_has_ended_is_worth_a_look(watched: Watched) -> None:
    watched.scorer = replace(
        watched.scorer, running=False, end="crash", reason="crash: killed by SIGKILL"
    )
    part = watched.component("scorer")
    assert part.status == "degraded"
    assert texts_of(part) == [
        "answers are not scored: the scorer has ended (crash: killed by SIGKILL)"
    ]
    assert part.reasons[0].values == {"end": "crash"}
