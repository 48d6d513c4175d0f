"""What a hook raises is counted and not told."""

from __future__ import annotations

import logging

import pytest

from addons.guard import guarded
from addons.tally import Tally


def test_a_guarded_hook_counts_what_it_raises(caplog: pytest.LogCaptureFixture) -> None:
    class Addon:
        def __init__(self) -> None:
            self.tally = Tally()
            self.seen: list[str] = []

        @guarded
        def request(self, data: str) -> None:
            self.seen.append(data)
            if data == "secret":
                raise ValueError(data)

    addon = Addon()
    with caplog.at_level(logging.DEBUG):
        addon.request("plain")
        addon.request("secret")
    assert addon.seen == ["plain", "secret"]
    assert addon.tally.counters() == {"hook_errors": {"request": 1}}
    assert caplog.messages == ["request: ValueError"]
    assert "secret" not in caplog.text
