from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from proxy.spool.channel import WordsSender
from proxy.spool.unixsocket import address_of, same_user
from tests.support.hearing import Heard, make_words
from tests.support.waiting import wait_until


def test_a_path_longer_than_socket_addresses_allow_works(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 120)
    folder.mkdir()
    heard = Heard(folder / "words.sock")
    sender = WordsSender(folder / "words.sock")
    sender.send(make_words(1))
    wait_until(lambda: heard.ids == ["1"], "it arrives")
    sender.close()
    heard.receiver.close()
    assert list(folder.iterdir()) == []


def test_the_address_leaves_no_descriptor_open(path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with address_of(path):
        pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_both_ends_of_a_pair_are_the_same_user() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert same_user(one)
        assert same_user(other)


def test_another_user_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    monkeypatch.setattr(os, "geteuid", lambda: -7)
    with one, other:
        assert not same_user(one)
