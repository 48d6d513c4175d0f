"""The order of work: forwarding first, one failure apart, everything at the end."""

from __future__ import annotations

import asyncio
import time

import pytest

from addons import desk as module
from addons.desk import FINISH_AFTER_S, Desk
from addons.tally import Tally
from proxy.spool.outbox import LINGER_S
from tests.support.waiting import PATIENCE_S, until


class Item:
    def __init__(self, log: list[str], name: str, stage: str | None = "response_chunk") -> None:
        self.log = log
        self.name = name
        self.stage = stage
        self.fails = False

    def read(self) -> str | None:
        self.log.append(f"read {self.name}")
        if self.fails:
            raise RuntimeError(self.name)
        return self.stage

    def finish(self) -> None:
        self.log.append(f"finish {self.name}")
        if self.fails:
            raise RuntimeError(self.name)

    def give_up(self) -> None:
        self.log.append(f"give up {self.name}")


@pytest.fixture
def desk() -> Desk:
    return Desk(Tally())


async def timers_of(delay_s: float) -> None:
    """Wait until every timer of that length that was started before has run."""
    ran = asyncio.Event()
    asyncio.get_running_loop().call_later(delay_s, ran.set)
    await ran.wait()


async def test_reading_is_for_the_next_turn_finishing_for_later(desk: Desk) -> None:
    log: list[str] = []
    desk.later(Item(log, "a"))
    desk.end(Item(log, "b"))
    desk.later(Item(log, "c", None))
    assert log == []
    await asyncio.sleep(0)
    assert log[:2] == ["read a", "read c"]
    await until(lambda: len(log) > 2, "the third is finished")
    assert log == ["read a", "read c", "finish b"]
    assert sum(desk._tally.stages["response_chunk"].counts) == 1
    assert sum(desk._tally.stages["finish"].counts) == 1


def test_a_killed_worker_loses_less_than_the_promised_100_ms() -> None:
    assert FINISH_AFTER_S + LINGER_S <= 0.08


async def test_what_a_reading_puts_off_is_read_in_a_turn_of_its_own(desk: Desk) -> None:
    log: list[str] = []
    second = Item(log, "second")

    class Asking(Item):
        def read(self) -> str | None:
            desk.later(second)
            return super().read()

    desk.later(Asking(log, "first"))
    await asyncio.sleep(0)
    assert log == ["read first"]
    await asyncio.sleep(0)
    assert log == ["read first", "read second"]


async def test_one_failure_does_not_touch_the_others(desk: Desk) -> None:
    log: list[str] = []
    bad = Item(log, "bad")
    bad.fails = True
    for item in (bad, Item(log, "good")):
        desk.later(item)
        desk.end(item)
    await until(lambda: log[-1:] == ["finish good"], "both are finished")
    assert log == [
        *("read bad", "give up bad", "read good"),
        *("finish bad", "give up bad", "finish good"),
    ]
    assert desk._tally.counters()["tee_errors"] == {"RuntimeError": 2}


async def test_finishing_many_lets_others_in_between(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FINISH_FOR_S", 0.002)
    log: list[str] = []

    class Slow(Item):
        def finish(self) -> None:
            time.sleep(0.003)
            super().finish()

    for n in range(5):
        desk.end(Slow(log, str(n)))

    async with asyncio.timeout(PATIENCE_S):
        while "finish 4" not in log:
            log.append("other")
            await asyncio.sleep(0)
    assert [line for line in log if line != "other"] == [f"finish {n}" for n in range(5)]
    assert "other" in log[log.index("finish 0") : log.index("finish 4")]


async def test_at_the_end_everything_is_done_at_once(desk: Desk) -> None:
    log: list[str] = []
    desk.later(Item(log, "a"))
    for n in range(3):
        desk.end(Item(log, str(n)))
    desk.finish_all()
    assert log == ["read a", "finish 0", "finish 1", "finish 2"]
    await timers_of(FINISH_AFTER_S)
    assert len(log) == 4
