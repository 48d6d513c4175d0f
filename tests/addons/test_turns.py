"""Password checks take turns, and a flood of wrong ones is bounded work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from addons.turns import AT_ONCE, WAITING, Busy, Turns


class Checks:
    """A slow check: each waits until it is let go. Right is who says "right"."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.most = 0
        self._running = 0
        self._lock = threading.Lock()
        self.go = threading.Event()

    def __call__(self, user: str, password: str) -> bool:
        with self._lock:
            self.asked.append(user)
            self._running += 1
            self.most = max(self.most, self._running)
        assert self.go.wait(30)
        with self._lock:
            self._running -= 1
        return password == "right"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - of another thread
            await asyncio.sleep(0.001)


async def test_a_flood_takes_few_threads_and_leaves_those_that_others_use() -> None:
    checks = Checks()
    turns = Turns(checks)
    flood = [
        asyncio.create_task(turns.is_right(f"10.0.0.{number}", f"u{number}", "wrong"))
        for number in range(40)
    ]
    await until(lambda: len(checks.asked) == AT_ONCE)
    assert await asyncio.to_thread(lambda: 7) == 7  # as name resolution does
    checks.go.set()
    assert await asyncio.gather(*flood) == [False] * 40
    assert checks.most == AT_ONCE


async def test_a_flood_from_one_address_lets_others_log_in() -> None:
    checks = Checks()
    turns = Turns(checks)
    flood = [
        asyncio.create_task(turns.is_right("10.0.0.1", f"u{number}", "wrong"))
        for number in range(WAITING)
    ]
    await until(lambda: len(checks.asked) == 1)
    with pytest.raises(Busy):
        await turns.is_right("10.0.0.1", "one-more", "wrong")
    good = asyncio.create_task(turns.is_right("10.0.0.2", "marie", "right"))
    await until(lambda: len(checks.asked) == AT_ONCE)
    assert checks.asked == ["u0", "marie"], "it need not wait for the flood"
    checks.go.set()
    assert await good
    await asyncio.gather(*flood)
    assert not await turns.is_right("10.0.0.1", "one-more", "wrong")


async def test_a_pair_is_checked_once_however_often_and_from_where_it_is_asked() -> None:
    checks = Checks()
    turns = Turns(checks)
    asked = [
        asyncio.create_task(turns.is_right(f"10.0.0.{number % 3}", "marie", password))
        for number in range(9)
        for password in ("right", "wrong")
    ]
    await until(lambda: checks.asked == ["marie"])
    checks.go.set()
    assert await asyncio.gather(*asked) == [True, False] * 9
    assert await turns.is_right("10.0.0.9", "marie", "right")
    assert not await turns.is_right("10.0.0.9", "marie", "wrong")
    assert checks.asked == ["marie"] * 2


async def test_wrong_pairs_push_out_no_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("addons.turns._REMEMBERED", 3)
    checks = Checks()
    checks.go.set()
    turns = Turns(checks)
    assert await turns.is_right("10.0.0.1", "marie", "right")
    for number in range(9):
        assert not await turns.is_right("10.0.0.1", f"u{number}", "wrong")
    asked = len(checks.asked)
    assert await turns.is_right("10.0.0.1", "marie", "right")
    assert len(checks.asked) == asked
    assert not await turns.is_right("10.0.0.1", "u0", "wrong")
    assert len(checks.asked) == asked + 1, "the oldest wrong one was forgotten"


async def test_who_gives_up_waiting_takes_no_check_from_others() -> None:
    checks = Checks()
    turns = Turns(checks)
    first = asyncio.create_task(turns.is_right("10.0.0.1", "marie", "right"))
    second = asyncio.create_task(turns.is_right("10.0.0.2", "marie", "right"))
    await until(lambda: len(checks.asked) == 1)
    first.cancel()
    checks.go.set()
    assert await second
