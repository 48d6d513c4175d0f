"""Findings that come later than their exchanges, over a real ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxy.audit.findings import Findings, Rules
from proxy.audit.link import LedgerLink
from proxy.exchange import Exchange
from proxy.ledger import Entry
from proxy.metrics import Metrics
from proxy.records import Finding
from proxy.spool.messages import Words
from tests.support.auditing import Fallible, Rig, open_ledger
from tests.support.ledger import plain
from tests.support.scoring import AtOnce
from tests.support.waiting import wait_until

INSULT = "Vous êtes des idiots, allez vous faire foutre !"


class Room:
    """Findings with a desk, a ledger and metrics."""

    def __init__(self, folder: Path, **rules: object) -> None:
        self.folder = folder
        self.ledgers = Fallible(folder)
        self.metrics = Metrics()
        self.link = LedgerLink(self.ledgers.open, self.metrics)
        self.link.connect()
        self.desk = AtOnce()
        self.findings = Findings(self.desk, Rules(**rules), self.metrics)  # type: ignore[arg-type]

    def record(self, exchange: Exchange, words: Words | None) -> Finding | None:
        """As the pipeline does: ask, write, keep."""
        asked = self.findings.ask(exchange, words)
        entry = Entry(exchange, None, asked.finding, asked.awaited)
        assert self.link.write([entry], {}, []) is not None
        if asked.awaited:
            self.findings.recorded(exchange)
        return asked.finding

    def stored(self, exchange: Exchange) -> dict[str, str]:
        assert self.link.ledger is not None
        row = self.link.ledger.row(exchange.id)
        assert row is not None
        return {one.subject: one.status for one in row.findings}

    def outcomes(self) -> dict[str, float]:
        values = self.metrics.values("jauge_analysis_total")
        return {outcome: count for (_, outcome), count in values.items() if count}


def _words(exchange: Exchange, **changes: str) -> Words:
    texts = {"answer": INSULT, "prompt": "Bonjour", **changes}
    return Words(id=exchange.id, answer=texts["answer"], prompt=texts["prompt"])


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Room]]:
    made: list[Room] = []

    def make(**rules: object) -> Room:
        made.append(Room(tmp_path, **rules))
        return made[-1]

    yield make
    for one in made:
        one.link.disconnect()


@pytest.fixture
def room(make: Callable[..., Room]) -> Room:
    return make()


@pytest.mark.parametrize(
    ("state", "parse_status", "status"),
    [
        ("sent", "ok", "lost"),
        ("dropped", "ok", "lost"),
        ("off", "ok", "off"),
        ("empty", "ok", "empty"),
        ("empty", "unknown_format", "unread"),
        ("empty", "ws_handoff", "unread"),
    ],
)
def test_answers_without_words_say_why_they_are_not_scored(
    room: Room, state: str, parse_status: str, status: str
) -> None:
    exchange = plain(words=state, parse_status=parse_status, answer_language="fr")
    finding = room.record(exchange, None)
    assert finding is not None
    assert (finding.status, finding.language, finding.classifier) == (status, "fr", "embedded")
    assert room.stored(exchange) == {"answer": status}


def test_an_answer_is_recorded_at_once_and_its_finding_when_it_comes(room: Room) -> None:
    room.desk.held = True
    exchange = plain(answer_language="fr")
    assert room.record(exchange, _words(exchange)) is None
    assert room.stored(exchange) == {}
    room.findings.flush(room.link)
    assert room.outcomes() == {}
    assert len(room.findings) == 1

    room.desk.held = False
    room.findings.flush(room.link, now=True)
    assert room.stored(exchange) == {"answer": "scored"}
    assert room.outcomes() == {"scored": 1}
    flagged = room.metrics.values("jauge_toxicity_flagged_total")
    assert {labels[1] for labels in flagged} == {"toxicity", "insult"}
    assert len(room.findings) == 0


def test_a_finding_that_comes_before_its_exchange_is_recorded_waits_for_it(room: Room) -> None:
    exchange = plain()
    asked = room.findings.ask(exchange, _words(exchange))
    room.findings.flush(room.link, now=True)
    assert room.link.write([Entry(exchange, None, None, asked.awaited)], {}, []) is not None
    room.findings.recorded(exchange)
    room.findings.flush(room.link, now=True)
    assert room.stored(exchange) == {"answer": "scored"}


def test_what_is_read_again_is_asked_for_once(room: Room) -> None:
    room.desk.held = True
    exchange = plain(words="sent")
    assert room.findings.ask(exchange, _words(exchange)).finding is None
    # The ledger refused; the record is read again, its words are gone by now.
    assert room.record(exchange, None) is None
    assert len(room.desk.texts) == 1
    room.desk.held = False
    room.findings.flush(room.link, now=True)
    assert room.stored(exchange) == {"answer": "scored"}
    assert room.outcomes() == {"scored": 1}


def test_a_refused_answer_says_why_and_is_not_awaited(room: Room) -> None:
    room.desk.refusal = "overload"
    exchange = plain()
    finding = room.record(exchange, _words(exchange))
    assert finding is not None
    assert finding.status == "overload"
    assert len(room.findings) == 0


def test_an_empty_answer_is_no_text(room: Room) -> None:
    exchange = plain()
    finding = room.record(exchange, _words(exchange, answer=""))
    assert finding is not None
    assert finding.status == "empty"
    assert room.desk.texts == []


def test_prompts_are_scored_where_asked_for(make: Callable[..., Room]) -> None:
    room = make(prompts=True)
    exchange = plain()
    room.record(exchange, _words(exchange))
    room.findings.flush(room.link, now=True)
    assert room.stored(exchange) == {"answer": "scored", "prompt": "scored"}
    # Coverage is that of answers.
    assert room.outcomes() == {"scored": 1}


def test_sampling_is_uniform_and_the_same_at_each_reading(make: Callable[..., Room]) -> None:
    room = make(share=0.25)
    exchanges = [plain() for _ in range(2000)]
    first = [room.findings.ask(one, _words(one)) for one in exchanges]
    left_out = [one.finding for one in first if one.finding is not None]
    assert {one.status for one in left_out} == {"sampled_out"}
    # 1500 expected, standard deviation 19.4: seven of them on each side.
    assert 1365 < len(left_out) < 1635
    again = [room.findings.ask(one, _words(one)) for one in exchanges]
    assert [one.finding for one in again] == [one.finding for one in first]


def test_while_the_ledger_refuses_findings_wait(room: Room) -> None:
    exchange = plain()
    room.record(exchange, _words(exchange))
    ledger, room.link.ledger = room.link.ledger, None
    room.findings.flush(room.link, now=True)
    assert room.outcomes() == {}
    room.link.ledger = ledger
    room.findings.flush(room.link, now=True)
    assert room.stored(exchange) == {"answer": "scored"}


def test_an_exchange_that_the_ledger_refused_is_awaited_no_more(room: Room) -> None:
    exchange = plain()
    room.findings.ask(exchange, _words(exchange))
    room.findings.recorded(exchange)
    room.findings.flush(room.link, now=True)
    assert len(room.findings) == 0
    assert room.outcomes() == {}


def test_an_auditor_that_was_killed_leaves_no_exchange_without_an_outcome(
    make: Callable[..., Room],
) -> None:
    killed = make()
    killed.desk.held = True
    exchanges = [plain() for _ in range(5)]
    for one in exchanges:
        killed.record(one, _words(one))
    killed.link.disconnect()

    after = make()
    after.findings.settle(after.link)
    after.findings.settle(after.link)
    assert [after.stored(one) for one in exchanges] == [{"answer": "lost"}] * 5
    assert after.outcomes() == {"lost": 5}
    # What this one awaits is not touched by a second opening of the ledger.
    after.desk.held = True
    late = plain()
    after.record(late, _words(late))
    after.findings.settle(after.link)
    assert after.stored(late) == {}


def test_ending_waits_for_what_can_still_come(room: Room) -> None:
    room.desk.held = True
    exchange = plain()
    room.record(exchange, _words(exchange))
    room.findings.end(room.link, time.monotonic() + 5)
    assert room.stored(exchange) == {"answer": "scored"}


def test_the_pipeline_counts_and_records_while_the_scorer_stands_still(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.desk.held = True
    exchanges = [plain(time.time() - 1.5, words="sent") for _ in range(50)]
    for one in exchanges:
        rig.store.put(_words(one))
    rig.put(*exchanges)
    rig.pipeline.start()
    wait_until(lambda: not rig.left(), "all is recorded")
    wait_until(
        lambda: sum(rig.metrics.values("jauge_requests_total").values()) == 50, "all is counted"
    )
    assert rig.metrics.values("jauge_analysis_total") == {}
    rig.desk.held = False
    wait_until(
        lambda: rig.metrics.value("jauge_analysis_total", ("embedded", "scored")) == 50,
        "all findings have come",
    )
    rig.pipeline.stop()
    with open_ledger(tmp_path) as ledger:
        rows = [row.findings for row in ledger.rows(0, 1e11)]
    assert [[one.status for one in findings] for findings in rows] == [["scored"]] * 50
