"""Both ends of the words channel together, over a real socket."""

from __future__ import annotations

from pathlib import Path

from proxy.spool.channel import WordsSender
from proxy.spool.messages import Message
from tests.support.hearing import Heard, make_words
from tests.support.waiting import wait_until


def test_messages_arrive_whole_and_in_order(path: Path, heard: Heard) -> None:
    sender = WordsSender(path)
    sent: list[Message] = [make_words(number, "é" * number) for number in range(500)]
    assert all(sender.send(message) for message in sent)
    wait_until(lambda: len(heard.messages) == 500, "all arrive")
    assert heard.messages == sent
    assert sender.state() == type(sender.state())(
        connected=True, met=True, queued_bytes=0, dropped=0, error=None
    )
    sender.close()


def test_words_of_several_megabytes_arrive(path: Path, heard: Heard) -> None:
    sender = WordsSender(path)
    sent = make_words(1, "mot " * 1_000_000)
    assert sender.send(sent)
    assert sender.send(make_words(2))
    wait_until(lambda: len(heard.messages) == 2, "both arrive")
    assert heard.messages[0] == sent
    sender.close()


def test_a_restarted_auditor_is_found_again(path: Path) -> None:
    first = Heard(path)
    sender = WordsSender(path, patience_s=60)
    sender.send(make_words(1))
    wait_until(lambda: first.ids == ["1"], "the first arrives")
    first.receiver.close()
    second = Heard(path)
    sender.send(make_words(2))
    wait_until(lambda: second.ids == ["2"], "the second arrives")
    sender.close()
    second.receiver.close()


def test_the_last_message_reaches_an_auditor_that_was_replaced(path: Path) -> None:
    """What a worker says at its end must not go to the one that has gone."""
    first = Heard(path)
    sender = WordsSender(path)
    sender.send(make_words(1))
    wait_until(lambda: first.ids == ["1"], "the first arrives")
    first.receiver.close()
    second = Heard(path)
    sender.send(make_words(2))
    sender.close()
    wait_until(lambda: second.ids == ["2"], "the last arrives")
    second.receiver.close()
