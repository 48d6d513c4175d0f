from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from proxy.spool import receiver as receiver_module
from proxy.spool.channel import WordsReceiver, WordsSender
from proxy.spool.messages import Message, encode
from proxy.spool.unixsocket import LENGTH, MAX_FRAME_BYTES, RECORDED, address_of, framed
from tests.support.hearing import Heard, make_health, make_words, send_raw
from tests.support.waiting import wait_until


def test_only_the_owner_may_connect(path: Path, heard: Heard) -> None:
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_sender_of_another_user_is_refused(
    path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "same_user", lambda _: False)
    sender = WordsSender(path)
    sender.send(make_words(1))
    wait_until(lambda: heard.receiver.refused, "the receiver refuses")
    sender.close()
    heard.receiver.close()
    assert heard.messages == []


def test_a_stale_socket_file_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale, address_of(path) as address:
        stale.bind(address)
    heard = Heard(path)
    sender = WordsSender(path)
    sender.send(make_words(1))
    wait_until(lambda: heard.ids == ["1"], "it arrives")
    sender.close()
    heard.receiver.close()
    assert not path.exists()


def test_bytes_that_are_no_message_are_counted_and_the_rest_is_read(
    path: Path, heard: Heard
) -> None:
    good = encode(make_words(1))
    frames = [b"\xc1garbage", good, b"", good]
    send_raw(path, b"".join(LENGTH.pack(len(frame)) + frame for frame in frames))
    wait_until(lambda: heard.receiver.connections == 0 and len(heard.ids) == 2, "it was read")
    assert heard.receiver.unreadable == 2


def test_a_frame_that_is_too_long_is_skipped_without_being_held(path: Path, heard: Heard) -> None:
    good = encode(make_words(1))
    long = MAX_FRAME_BYTES + 1
    data = LENGTH.pack(long) + b"\0" * long + LENGTH.pack(len(good)) + good
    send_raw(path, data)
    wait_until(lambda: heard.ids == ["1"], "the next one is read")
    assert heard.receiver.unreadable == 1


def test_a_callback_that_raises_does_not_end_the_channel(path: Path) -> None:
    seen: list[Message] = []

    def callback(message: Message) -> None:
        seen.append(message)
        if len(seen) == 1:
            raise ValueError("once")

    receiver = WordsReceiver(path, callback)
    sender = WordsSender(path)
    sender.send(make_words(1))
    sender.send(make_words(2))
    wait_until(lambda: len(seen) == 2, "both arrive")
    assert receiver.unreadable == 1
    assert receiver.alive
    sender.close()
    receiver.close()
    assert not receiver.alive


def test_a_sender_that_dies_in_the_middle_of_a_frame_leaves_nothing(
    path: Path, heard: Heard
) -> None:
    good = encode(make_words(1))
    send_raw(path, LENGTH.pack(len(good)) + good[:-3])
    send_raw(path, LENGTH.pack(len(good)) + good)
    wait_until(lambda: heard.ids == ["1"], "the whole one is read")
    wait_until(lambda: heard.receiver.connections == 0, "both are gone")


def test_connections_beyond_the_bound_are_refused(
    path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "MOST_CONNECTIONS", 1)
    first = WordsSender(path)
    first.send(make_words(1))
    wait_until(lambda: heard.ids == ["1"], "the first is heard")
    send_raw(path, b"")
    wait_until(lambda: heard.receiver.refused == 1, "the second is refused")
    first.close()


def test_a_last_state_is_answered_where_it_came_from(path: Path, heard: Heard) -> None:
    with socket.socket(socket.AF_UNIX) as other, socket.socket(socket.AF_UNIX) as leaving:
        for connection, final in ((other, False), (leaving, True)):
            with address_of(path) as address:
                connection.connect(address)
            connection.sendall(framed(encode(make_health(1.0, final=final))))
        wait_until(lambda: len(heard.messages) == 2, "both are heard")
        for boot_id in ("nobody", "b", "b"):
            heard.receiver.recorded(boot_id)
        leaving.settimeout(10)
        assert leaving.recv(2) == RECORDED
        for connection in (other, leaving):
            connection.settimeout(0)
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_an_answer_to_a_sender_that_has_gone_is_dropped(path: Path, heard: Heard) -> None:
    send_raw(path, framed(encode(make_health(1.0, final=True))))
    wait_until(lambda: heard.messages and heard.receiver.connections == 0, "it has gone")
    heard.receiver.recorded("b")
    assert heard.receiver.alive
