"""Both ends of the words channel together, over a real socket."""

from __future__ import annotations

import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.spool import receiver as receiver_module
from proxy.spool import sender as sender_module
from proxy.spool.channel import WordsReceiver, WordsSender
from proxy.spool.messages import EdgeHealth, Message, Words, encode
from proxy.spool.unixsocket import LENGTH, MAX_FRAME_BYTES, address_of
from tests.support.waiting import wait_until


def _words(number: int, text: str = "réponse") -> Words:
    return Words(id=f"{number}", prompt="question", answer=text)


def _health(sent_at: float) -> EdgeHealth:
    return EdgeHealth(
        edge="edge", worker="w0", boot_id="b", sent_at=sent_at, counters={}, histograms={}
    )


class Heard:
    def __init__(self, path: Path) -> None:
        self.messages: list[Message] = []
        self.receiver = WordsReceiver(path, self.messages.append)

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.messages if isinstance(message, Words)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.sock"


@pytest.fixture
def heard(path: Path) -> Iterator[Heard]:
    heard = Heard(path)
    yield heard
    heard.receiver.close()


def test_messages_arrive_whole_and_in_order(path: Path, heard: Heard) -> None:
    sender = WordsSender(path)
    sent: list[Message] = [_words(number, "é" * number) for number in range(500)]
    assert all(sender.send(message) for message in sent)
    wait_until(lambda: len(heard.messages) == 500, "all arrive")
    assert heard.messages == sent
    assert sender.state() == type(sender.state())(
        connected=True, queued_bytes=0, dropped=0, error=None
    )
    sender.close()


def test_words_of_several_megabytes_arrive(path: Path, heard: Heard) -> None:
    sender = WordsSender(path)
    sent = _words(1, "mot " * 1_000_000)
    assert sender.send(sent)
    assert sender.send(_words(2))
    wait_until(lambda: len(heard.messages) == 2, "both arrive")
    assert heard.messages[0] == sent
    sender.close()


def test_only_the_owner_may_connect(path: Path, heard: Heard) -> None:
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_path_longer_than_socket_addresses_allow_works(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 120)
    folder.mkdir()
    heard = Heard(folder / "words.sock")
    sender = WordsSender(folder / "words.sock")
    sender.send(_words(1))
    wait_until(lambda: heard.ids == ["1"], "it arrives")
    sender.close()
    heard.receiver.close()
    assert list(folder.iterdir()) == []


def test_a_peer_of_another_user_is_refused_at_both_ends(
    path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "same_user", lambda _: False)
    sender = WordsSender(path)
    sender.send(_words(1))
    wait_until(lambda: heard.receiver.refused, "the receiver refuses")
    sender.close()
    monkeypatch.undo()
    monkeypatch.setattr(sender_module, "same_user", lambda _: False)
    sender = WordsSender(path)
    sender.send(_words(2))
    wait_until(lambda: sender.state().error == "PermissionError", "the sender refuses")
    sender.close()
    assert heard.messages == []


def test_words_wait_for_an_auditor_that_starts_soon(path: Path) -> None:
    sender = WordsSender(path, patience_s=60)
    assert sender.send(_words(1))
    wait_until(lambda: sender.state().error == "ENOENT", "it has tried")
    heard = Heard(path)
    wait_until(lambda: heard.ids == ["1"], "it arrives")
    assert sender.state().dropped == 0
    sender.close()
    heard.receiver.close()


def test_old_words_are_given_up_and_counted(path: Path) -> None:
    sender = WordsSender(path, patience_s=0.05)
    assert sender.send(_words(1))
    wait_until(lambda: sender.state().dropped == 1, "it is given up")
    assert sender.state().queued_bytes == 0
    sender.close()


def test_a_full_buffer_refuses_at_once_and_counts(path: Path) -> None:
    sender = WordsSender(path, limit_bytes=10_000, patience_s=60)
    outcomes = [sender.send(_words(number, "x" * 900)) for number in range(50)]
    accepted = sum(outcomes)
    assert outcomes == [True] * accepted + [False] * (50 - accepted)
    assert 0 < accepted < 11
    assert sender.state().dropped == 50 - accepted
    sender.close()
    assert sender.state().dropped == 50


def test_health_gets_through_though_words_fill_the_buffer(path: Path) -> None:
    sender = WordsSender(path, limit_bytes=10_000, patience_s=60)
    while sender.send(_words(1, "x" * 900)):
        pass
    for second in range(100):
        assert sender.send(_health(float(second)))
    wait_until(lambda: sender.state().error, "it has tried")
    heard = Heard(path)
    wait_until(lambda: sender.state().queued_bytes == 0 and heard.messages, "all arrive")
    healths = [m.sent_at for m in heard.messages if isinstance(m, EdgeHealth)]
    assert healths[-1] == 99.0
    assert len(healths) < 100
    sender.close()
    heard.receiver.close()


def test_a_restarted_auditor_is_found_again(path: Path) -> None:
    first = Heard(path)
    sender = WordsSender(path, patience_s=60)
    sender.send(_words(1))
    wait_until(lambda: first.ids == ["1"], "the first arrives")
    first.receiver.close()
    second = Heard(path)
    sender.send(_words(2))
    wait_until(lambda: second.ids == ["2"], "the second arrives")
    sender.close()
    second.receiver.close()


def test_a_stale_socket_file_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale, address_of(path) as address:
        stale.bind(address)
    heard = Heard(path)
    sender = WordsSender(path)
    sender.send(_words(1))
    wait_until(lambda: heard.ids == ["1"], "it arrives")
    sender.close()
    heard.receiver.close()
    assert not path.exists()


def test_an_auditor_that_takes_nothing_never_blocks_send(path: Path) -> None:
    release = threading.Event()
    receiver = WordsReceiver(path, lambda _: release.wait(30) and None)
    sender = WordsSender(path, limit_bytes=2_000_000, patience_s=60)
    outcomes = [sender.send(_words(number, "x" * 10_000)) for number in range(1000)]
    assert not outcomes[-1]
    assert sender.state().dropped == outcomes.count(False)
    release.set()
    wait_until(lambda: sender.state().queued_bytes == 0, "the rest arrives")
    sender.close()
    receiver.close()


def test_close_sends_what_waits(path: Path, heard: Heard) -> None:
    sender = WordsSender(path)
    for number in range(20):
        sender.send(_words(number))
    sender.send(_health(1.0))
    sender.close()
    wait_until(lambda: len(heard.messages) == 21, "all arrive")
    assert not sender.send(_words(99))


def test_close_without_an_auditor_returns(path: Path) -> None:
    sender = WordsSender(path)
    sender.send(_words(1))
    sender.close()
    assert sender.state().dropped == 1


def _raw(path: Path, data: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as raw, address_of(path) as address:
        raw.connect(address)
        raw.sendall(data)


def test_bytes_that_are_no_message_are_counted_and_the_rest_is_read(
    path: Path, heard: Heard
) -> None:
    good = encode(_words(1))
    frames = [b"\xc1garbage", good, b"", good]
    _raw(path, b"".join(LENGTH.pack(len(frame)) + frame for frame in frames))
    wait_until(lambda: heard.receiver.connections == 0 and len(heard.ids) == 2, "it was read")
    assert heard.receiver.unreadable == 2


def test_a_frame_that_is_too_long_is_skipped_without_being_held(path: Path, heard: Heard) -> None:
    good = encode(_words(1))
    long = MAX_FRAME_BYTES + 1
    data = LENGTH.pack(long) + b"\0" * long + LENGTH.pack(len(good)) + good
    _raw(path, data)
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
    sender.send(_words(1))
    sender.send(_words(2))
    wait_until(lambda: len(seen) == 2, "both arrive")
    assert receiver.unreadable == 1
    assert receiver.alive
    sender.close()
    receiver.close()
    assert not receiver.alive


def test_a_sender_that_dies_in_the_middle_of_a_frame_leaves_nothing(
    path: Path, heard: Heard
) -> None:
    good = encode(_words(1))
    _raw(path, LENGTH.pack(len(good)) + good[:-3])
    _raw(path, LENGTH.pack(len(good)) + good)
    wait_until(lambda: heard.ids == ["1"], "the whole one is read")
    wait_until(lambda: heard.receiver.connections == 0, "both are gone")


def test_nothing_of_the_words_shows_in_a_repr() -> None:
    text = "un secret de mairie"
    assert "secret" not in repr(Words(id="1", prompt=text, answer=text))
    assert "secret" not in repr(sender_module._Waiting(_words(1, text), 1, 0.0))


def test_connections_beyond_the_bound_are_refused(
    path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "MOST_CONNECTIONS", 1)
    first = WordsSender(path)
    first.send(_words(1))
    wait_until(lambda: heard.ids == ["1"], "the first is heard")
    _raw(path, b"")
    wait_until(lambda: heard.receiver.refused == 1, "the second is refused")
    first.close()


def test_the_address_leaves_no_descriptor_open(path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with address_of(path):
        pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before
