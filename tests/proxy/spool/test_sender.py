from __future__ import annotations

import threading
from pathlib import Path

import pytest

from proxy.spool import sender as sender_module
from proxy.spool.channel import WordsReceiver, WordsSender
from proxy.spool.messages import EdgeHealth, Message, Words
from tests.support.hearing import Heard, make_health, make_words
from tests.support.waiting import wait_until


def test_a_receiver_of_another_user_gets_nothing(
    path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "same_user", lambda _: False)
    sender = WordsSender(path)
    sender.send(make_words(1))
    wait_until(lambda: sender.state().error == "PermissionError", "the sender refuses")
    sender.close()
    heard.receiver.close()
    assert heard.messages == []


def test_words_wait_for_an_auditor_that_starts_soon(path: Path) -> None:
    sender = WordsSender(path, patience_s=60)
    assert sender.send(make_words(1))
    wait_until(lambda: sender.state().error == "ENOENT", "it has tried")
    assert not sender.state().met
    heard = Heard(path)
    wait_until(lambda: heard.ids == ["1"], "it arrives")
    assert sender.state().dropped == 0
    assert sender.state().met
    sender.close()
    heard.receiver.close()


def test_old_words_are_given_up_and_counted(path: Path) -> None:
    sender = WordsSender(path, patience_s=0.05)
    assert sender.send(make_words(1))
    wait_until(lambda: sender.state().dropped == 1, "it is given up")
    assert sender.state().queued_bytes == 0
    sender.close()


def test_a_full_buffer_refuses_at_once_and_counts(path: Path) -> None:
    sender = WordsSender(path, limit_bytes=10_000, patience_s=60)
    outcomes = [sender.send(make_words(number, "x" * 900)) for number in range(50)]
    accepted = sum(outcomes)
    assert outcomes == [True] * accepted + [False] * (50 - accepted)
    assert 0 < accepted < 11
    assert sender.state().dropped == 50 - accepted
    sender.close()
    assert sender.state().dropped == 50


def test_health_gets_through_though_words_fill_the_buffer(path: Path) -> None:
    sender = WordsSender(path, limit_bytes=10_000, patience_s=60)
    while sender.send(make_words(1, "x" * 900)):
        pass
    for second in range(100):
        assert sender.send(make_health(float(second)))
    wait_until(lambda: sender.state().error, "it has tried")
    heard = Heard(path)
    wait_until(lambda: sender.state().queued_bytes == 0 and heard.messages, "all arrive")
    healths = [m.sent_at for m in heard.messages if isinstance(m, EdgeHealth)]
    assert healths[-1] == 99.0
    assert len(healths) < 100
    sender.close()
    heard.receiver.close()


def test_an_auditor_that_takes_nothing_never_blocks_send(path: Path) -> None:
    release = threading.Event()

    def stuck(_: Message) -> None:
        release.wait(30)

    receiver = WordsReceiver(path, stuck)
    sender = WordsSender(path, limit_bytes=2_000_000, patience_s=60)
    outcomes = [sender.send(make_words(number, "x" * 10_000)) for number in range(1000)]
    assert not outcomes[-1]
    assert sender.state().dropped == outcomes.count(False)
    release.set()
    wait_until(lambda: sender.state().queued_bytes == 0, "the rest arrives")
    sender.close()
    receiver.close()


def test_close_sends_what_waits(path: Path, heard: Heard) -> None:
    sender = WordsSender(path)
    for number in range(20):
        sender.send(make_words(number))
    sender.send(make_health(1.0))
    sender.close()
    wait_until(lambda: len(heard.messages) == 21, "all arrive")
    assert not sender.send(make_words(99))


def test_close_without_an_auditor_returns(path: Path) -> None:
    sender = WordsSender(path)
    sender.send(make_words(1))
    sender.close()
    assert sender.state().dropped == 1


def test_nothing_of_the_words_shows_in_a_repr() -> None:
    text = "un secret de mairie"
    assert "secret" not in repr(Words(id="1", prompt=text, answer=text))
    assert "secret" not in repr(sender_module._Waiting(make_words(1, text), 1, 0.0))
