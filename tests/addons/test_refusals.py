"""The list that workers share: several of them on one folder, as in production."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from addons import refusals as module
from addons.refusals import Refusals
from tests.support.edge import ROOT
from tests.support.waiting import wait_until

CLIENT = "10.20.30.40"
NAME = "api.openai.com"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_known_here_at_once_and_elsewhere_soon(tmp_path: Path, clock: Clock) -> None:
    first = Refusals(tmp_path, hours=24, clock=clock)
    second = Refusals(tmp_path, hours=24, clock=clock)
    first.start()
    second.start()
    assert not first.holds(CLIENT, NAME)
    first.add(CLIENT, NAME)
    assert first.holds(CLIENT, NAME)
    wait_until(lambda: second.holds(CLIENT, NAME), "the other worker knows")
    assert not second.holds(CLIENT, "chatgpt.com")
    assert not second.holds("10.20.30.41", NAME)
    first.close()
    second.close()
    later = Refusals(tmp_path, hours=24, clock=clock)
    assert later.holds(CLIENT, NAME)


def test_it_expires(tmp_path: Path, clock: Clock) -> None:
    refusals = Refusals(tmp_path, hours=2, clock=clock)
    refusals.add(CLIENT, NAME)
    clock.now += 2 * 3600 - 1
    assert refusals.holds(CLIENT, NAME)
    clock.now += 2
    assert not refusals.holds(CLIENT, NAME)


def test_the_files_tell_nothing_and_are_private(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path, hours=24)
    refusals.start()
    refusals.add(CLIENT, NAME)
    refusals.close()
    files = {path.name: path for path in tmp_path.iterdir()}
    assert set(files) == {"passthrough.json", "passthrough.key", "passthrough.lock"}
    for path in files.values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert CLIENT.encode() not in path.read_bytes()
        assert NAME.encode() not in path.read_bytes()
    assert len(files["passthrough.key"].read_bytes()) == 32
    other = tmp_path / "other"
    other.mkdir()
    elsewhere = Refusals(other, hours=24)
    assert elsewhere._digest(CLIENT, NAME) != refusals._digest(CLIENT, NAME)


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    """Four processes, each with its own pairs: all are there in the end."""
    program = (
        "import sys; from pathlib import Path; from addons.refusals import Refusals\n"
        "r = Refusals(Path(sys.argv[1]), hours=24); r.start()\n"
        "for n in range(50): r.add(sys.argv[2], f'host-{n}')\n"
        "r.close(20)\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), f"10.0.0.{n}"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for n in range(4)
    ]
    assert [one.wait(60) for one in processes] == [0] * 4
    refusals = Refusals(tmp_path, hours=24)
    pairs = [(f"10.0.0.{n}", f"host-{k}") for n in range(4) for k in range(50)]
    assert [pair for pair in pairs if not refusals.holds(*pair)] == []
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".key", ".lock"]


def test_it_is_bounded(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT", 5)
    refusals = Refusals(tmp_path, hours=24, clock=clock)
    refusals.start()
    for n in range(12):
        clock.now += 1
        refusals.add(CLIENT, f"host-{n}")
    refusals.close()
    assert len(refusals._own) == 5
    assert len(json.loads((tmp_path / "passthrough.json").read_bytes())["until"]) == 5
    assert refusals.holds(CLIENT, "host-11")
    assert not refusals.holds(CLIENT, "host-0")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":1}', b"\xff\xfe"])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "passthrough.json").write_bytes(content)
    refusals = Refusals(tmp_path, hours=24)
    assert not refusals.holds(CLIENT, NAME)
    refusals.start()
    refusals.add(CLIENT, NAME)
    refusals.close()
    assert Refusals(tmp_path, hours=24).holds(CLIENT, NAME)


def test_a_disk_that_fails_leaves_this_worker_s_own_knowledge(tmp_path: Path) -> None:
    kinds: list[str] = []
    refusals = Refusals(tmp_path, hours=24, on_error=kinds.append)
    (tmp_path / "passthrough.lock").mkdir()
    refusals.start()
    refusals.add(CLIENT, NAME)
    wait_until(lambda: kinds, "the failure is told")
    assert refusals.holds(CLIENT, NAME)
    (tmp_path / "passthrough.lock").rmdir()
    refusals.close()  # tries once more
    assert set(kinds) == {"EISDIR"}
    assert Refusals(tmp_path, hours=24).holds(CLIENT, NAME)


def test_a_folder_that_is_gone_is_told_and_no_more(tmp_path: Path) -> None:
    kinds: list[str] = []
    refusals = Refusals(tmp_path / "missing", hours=24, on_error=kinds.append)
    refusals.start()
    refusals.add(CLIENT, NAME)
    assert refusals.holds(CLIENT, NAME)
    refusals.close()
    assert set(kinds) == {"ENOENT"}


def test_it_starts_once_and_closes_without_having_started(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path, hours=24)
    refusals.close()
    refusals = Refusals(tmp_path, hours=24)
    before = threading.active_count()
    refusals.start()
    refusals.start()
    assert threading.active_count() == before + 1
    refusals.close()
    assert threading.active_count() == before
