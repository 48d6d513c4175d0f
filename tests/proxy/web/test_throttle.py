from __future__ import annotations

import pytest

from proxy.web import throttle
from proxy.web.throttle import FREE, Throttle


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_some_wrong_attempts_the_wait_doubles_up_to_a_minute() -> None:
    clock = Clock()
    slow = Throttle(clock)
    waits = []
    for _ in range(FREE + 8):
        slow.failed("10.0.0.1")
        waits.append(slow.wait_s("10.0.0.1"))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    clock.now = 59.0
    assert slow.wait_s("10.0.0.1") == 1.0
    clock.now = 61.0
    assert slow.wait_s("10.0.0.1") == 0.0


def test_a_right_attempt_and_a_quarter_of_an_hour_start_anew() -> None:
    clock = Clock()
    slow = Throttle(clock)
    for _ in range(FREE):
        slow.failed("10.0.0.1")
    slow.worked("10.0.0.1")
    assert slow.wait_s("10.0.0.1") == 0.0
    for _ in range(FREE):
        slow.failed("10.0.0.2")
    clock.now = 901.0
    slow.failed("10.0.0.2")
    assert slow.wait_s("10.0.0.2") == 0.0


def test_addresses_do_not_wait_for_each_other_but_an_ipv6_network_is_one() -> None:
    slow = Throttle(Clock())
    for number in range(FREE):
        slow.failed(f"2001:db8::{number + 1}")
    assert slow.wait_s("2001:db8::ffff") == 1.0
    assert slow.wait_s("2001:db8:0:1::1") == 0.0
    assert slow.wait_s("10.0.0.1") == 0.0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_ADDRESSES", 2)
    slow = Throttle(Clock())
    for _ in range(FREE):
        for last in "123":
            slow.failed(f"10.0.0.{last}")
    assert slow.wait_s("10.0.0.1") == 0.0, "the oldest is forgotten each time"
    assert len(slow._failures) == 2
