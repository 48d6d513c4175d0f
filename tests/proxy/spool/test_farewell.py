"""The last state of a worker, and an auditor that comes, goes or does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from proxy.spool import farewell as farewell_module
from proxy.spool.channel import Farewell, WordsReceiver
from proxy.spool.messages import EdgeHealth, Message
from tests.support.hearing import make_health
from tests.support.waiting import wait_until

LONG_S = 100.0
"""Patience that no test uses up."""
LAST = make_health(1.0, final=True)


class Auditor:
    """Hears last states, and answers those that it is to answer."""

    def __init__(self, path: Path, *, answers: bool = True) -> None:
        self.heard: list[Message] = []
        self._answers = answers
        self.receiver = WordsReceiver(path, self._receive)

    def _receive(self, message: Message) -> None:
        self.heard.append(message)
        if self._answers and isinstance(message, EdgeHealth):
            self.receiver.recorded(message.boot_id)


type Tell = Callable[[Farewell, float], Future[bool]]


@pytest.fixture
def tell() -> Iterator[Tell]:
    """Tells in the background."""
    with ThreadPoolExecutor() as pool:
        yield lambda farewell, patience_s: pool.submit(farewell.tell, LAST, patience_s)


def test_it_ends_with_the_answer(path: Path) -> None:
    auditor = Auditor(path)
    assert Farewell(path).tell(LAST, LONG_S)
    assert auditor.heard == [LAST]
    auditor.receiver.close()


def test_an_auditor_that_comes_later_is_told(path: Path, tell: Tell) -> None:
    told = tell(Farewell(path), LONG_S)
    time.sleep(0.3)
    assert not told.done()
    auditor = Auditor(path)
    assert told.result(LONG_S)
    assert auditor.heard == [LAST]
    auditor.receiver.close()


def test_an_auditor_that_ends_without_an_answer_is_not_the_last_that_is_told(
    path: Path, tell: Tell
) -> None:
    first = Auditor(path, answers=False)
    told = tell(Farewell(path), LONG_S)
    wait_until(lambda: first.heard, "the first hears it")
    assert not told.done()
    first.receiver.close()
    second = Auditor(path)
    assert told.result(LONG_S)
    assert second.heard == [LAST]
    second.receiver.close()


def test_the_answer_may_come_late(path: Path, tell: Tell) -> None:
    auditor = Auditor(path, answers=False)
    told = tell(Farewell(path), LONG_S)
    wait_until(lambda: auditor.heard, "it is heard")
    time.sleep(0.3)
    assert not told.done()
    auditor.receiver.recorded(LAST.boot_id)
    assert told.result(LONG_S)
    assert auditor.heard == [LAST]
    auditor.receiver.close()


@pytest.mark.parametrize("patience_s", [0.0, 0.3])
@pytest.mark.parametrize("listens", [True, False])
def test_patience_ends(path: Path, *, patience_s: float, listens: bool) -> None:
    auditor = Auditor(path, answers=False) if listens else None
    started = time.monotonic()
    assert not Farewell(path).tell(LAST, patience_s)
    assert time.monotonic() - started >= patience_s
    if auditor is not None:
        wait_until(lambda: auditor.heard == [LAST], "it was said all the same")
        auditor.receiver.close()


@pytest.mark.parametrize("listens", [True, False])
def test_who_is_to_hurry_gives_up_soon(path: Path, tell: Tell, *, listens: bool) -> None:
    auditor = Auditor(path, answers=False) if listens else None
    farewell = Farewell(path)
    told = tell(farewell, LONG_S)
    time.sleep(0.2)
    farewell.hurry()
    assert not told.result(LONG_S / 2)
    if auditor is not None:
        auditor.receiver.close()


def test_who_is_in_a_hurry_before_it_begins_still_gets_its_answer(path: Path) -> None:
    farewell = Farewell(path)
    farewell.hurry()
    auditor = Auditor(path, answers=False)
    answer = threading.Timer(0.3, lambda: auditor.receiver.recorded(LAST.boot_id))
    answer.start()
    assert farewell.tell(LAST, LONG_S)
    answer.join()
    auditor.receiver.close()


def test_another_user_is_not_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farewell_module, "same_user", lambda _: False)
    auditor = Auditor(path)
    assert not Farewell(path).tell(LAST, 0.3)
    auditor.receiver.close()
    assert auditor.heard == []
