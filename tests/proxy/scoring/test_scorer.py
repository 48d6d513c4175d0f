"""The scorer's process under what can happen to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proxy.classify.thresholds import CONFIG
from proxy.scoring.messages import Setup
from proxy.scoring.scorer import Limits, Scored, Scorer
from tests.support.unruly import COMMAND
from tests.support.waiting import wait_until

MIB = 1024 * 1024
SETUP = Setup(
    classifier="embedded",
    models="nowhere",
    thresholds=(str(CONFIG),),
    wanted=0.01,
    model="multilingual",
    device="cpu",
    threads=1,
    sha256="",
    memory_bytes=0,
)
ANSWER = "La mairie ouvre à neuf heures. Je vais te tuer."

Make = Callable[..., Scorer]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Scorer] = []

    def make(**limits: object) -> Scorer:
        given = {"pauses_s": (0.01,), **limits}
        scorer = Scorer(SETUP, Limits(**given), command=COMMAND)  # type: ignore[arg-type]
        made.append(scorer)
        return scorer

    yield make
    for scorer in made:
        scorer.stop()


class Taken:
    """Collects what has become of texts."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.all: list[Scored] = []

    def wait(self, count: int) -> list[Scored]:
        def enough() -> bool:
            self.all += self._scorer.take()
            return len(self.all) >= count

        wait_until(enough, f"{count} texts have come back")
        return self.all

    def statuses(self) -> dict[str, str]:
        return {one.exchange: one.finding.status for one in self.all}


def _offer(scorer: Scorer, *texts: str) -> list[str | None]:
    return [scorer.offer(f"x{at}", "answer", "fr", text) for at, text in enumerate(texts)]


def test_texts_come_back_with_scores_and_flags(make: Make) -> None:
    scorer = make()
    assert _offer(scorer, ANSWER, "Bonjour à tous.", "😀") == [None, None, None]
    found = {one.exchange: one.finding for one in Taken(scorer).wait(3)}
    assert found["x0"].flags == ("toxicity", "threat")
    assert (found["x1"].status, found["x1"].flags) == ("scored", ())
    assert found["x2"].status == "too_short"
    state = scorer.state()
    assert (state.running, state.waiting, state.bytes) == (True, 0, 0)
    assert scorer.identity.version == found["x0"].version


def test_its_process_cannot_be_dumped_and_steps_back(make: Make) -> None:
    scorer = make()
    scorer.start()
    wait_until(lambda: scorer.state().running, "it is ready")
    pid = scorer.state().pid
    assert pid is not None
    limits = Path(f"/proc/{pid}/limits").read_text("ascii")
    (core,) = [line.split() for line in limits.splitlines() if line.startswith("Max core")]
    assert core[4:6] == ["0", "0"]
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19


def test_a_kill_under_load_costs_what_it_held_and_nothing_else(make: Make) -> None:
    scorer = make()
    taken = Taken(scorer)
    texts = [ANSWER] * 300 + ["KILL"] + [ANSWER] * 300
    assert set(_offer(scorer, *texts)) == {None}
    statuses = [one.finding.status for one in taken.wait(len(texts))]
    assert len(taken.statuses()) == len(texts), "each comes back once"
    assert taken.statuses()["x300"] == "error"
    assert 1 <= statuses.count("error") <= 64
    assert statuses.count("error") + statuses.count("scored") == len(texts)
    assert scorer.state().ends == {"crash": 1}
    assert scorer.state().waiting == 0


def test_a_signal_from_outside_is_survived(make: Make) -> None:
    scorer = make()
    scorer.start()
    wait_until(lambda: scorer.state().running, "it is ready")
    first = scorer.state().pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _offer(scorer, ANSWER)
    (one,) = Taken(scorer).wait(1)
    assert one.finding.status in {"scored", "error"}
    wait_until(lambda: scorer.state().running, "it is ready again")
    assert scorer.state().pid != first


def test_a_text_that_hangs_is_given_up_at_the_deadline(make: Make) -> None:
    scorer = make(deadline_s=0.5)
    taken = Taken(scorer)
    _offer(scorer, "HANG")
    taken.wait(1)
    scorer.offer("after", "answer", "fr", ANSWER)
    taken.wait(2)
    assert taken.statuses() == {"x0": "error", "after": "scored"}
    assert scorer.state().ends == {"deadline": 1}


def test_slow_work_is_no_hanging(make: Make) -> None:
    scorer = make(deadline_s=2.5)
    taken = Taken(scorer)
    # One text of many batches: 30 x 0.1 s, more than the deadline in all.
    _offer(scorer, " ".join(["SLOW " + "mot " * 100 + "."] * 30))
    (one,) = taken.wait(1)
    assert one.finding.status == "scored"
    assert scorer.state().ends == {}


def test_what_eats_memory_is_ended(make: Make) -> None:
    scorer = make(memory_bytes=600 * MIB)
    taken = Taken(scorer)
    _offer(scorer, "EAT", "EAT again", "EAT more")
    taken.wait(3)
    assert "error" in taken.statuses().values()
    scorer.offer("after", "answer", "fr", ANSWER)
    taken.wait(4)
    assert taken.statuses()["after"] == "scored"


def test_a_full_queue_refuses_at_once(make: Make) -> None:
    scorer = make(most=2)
    assert _offer(scorer, "HANG", ANSWER, ANSWER) == [None, None, "overload"]
    small = make(most_bytes=100)
    assert _offer(small, "a" * 101) == ["overload"]


def test_a_failing_text_does_not_take_its_group_with_it(make: Make) -> None:
    scorer = make()
    taken = Taken(scorer)
    _offer(scorer, ANSWER, "FAIL MARKED", ANSWER)
    taken.wait(3)
    assert taken.statuses() == {"x0": "scored", "x1": "error", "x2": "scored"}
    assert scorer.state().ends == {}


def test_one_that_cannot_be_loaded_is_tried_again_and_waited_for_only_so_long(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNRULY", "load")
    scorer = make(most_wait_s=0.5)
    taken = Taken(scorer)
    _offer(scorer, ANSWER)
    taken.wait(1)
    assert taken.statuses() == {"x0": "overload"}
    wait_until(lambda: scorer.state().ends.get("load", 0) >= 2, "it was tried twice")
    assert scorer.state().reason == "load: RuntimeError"
    monkeypatch.delenv("UNRULY")
    wait_until(lambda: scorer.state().running, "it runs in the end")
    assert scorer.state().reason == ""


def test_stopping_gives_time_and_then_says_lost(make: Make) -> None:
    scorer = make()
    _offer(scorer, *[ANSWER] * 50)
    scorer.stop(drain_s=30)
    assert {one.finding.status for one in scorer.take()} == {"scored"}
    hanging = make()
    _offer(hanging, "HANG", ANSWER)
    wait_until(lambda: hanging.state().running, "it is at work")
    hanging.stop()
    assert [one.finding.status for one in hanging.take()] == ["lost", "lost"]
    assert hanging.offer("late", "answer", "fr", ANSWER) == "lost"


def test_one_that_was_never_started_stops_too(make: Make) -> None:
    scorer = make()
    scorer.stop()
    assert scorer.take() == []


def test_a_program_that_does_not_exist_is_no_end_of_the_auditor() -> None:
    scorer = Scorer(SETUP, Limits(pauses_s=(0.01,), most_wait_s=0.2), command=("/nonexistent",))
    _offer(scorer, ANSWER)
    taken = Taken(scorer)
    taken.wait(1)
    assert taken.statuses() == {"x0": "overload"}
    assert scorer.state().ends["crash"] >= 1
    scorer.stop()
