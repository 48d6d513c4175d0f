from __future__ import annotations

import os
import resource
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from proxy.config import Config, load
from proxy.doctor import machine
from proxy.doctor.finding import Finding


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "jauge.yaml"
    file.write_text(f"state_dir: {tmp_path / 'state'}\n")
    return load(file, environ={})


def only(findings: object) -> Finding:
    (found,) = list(findings)  # type: ignore[call-overload]
    assert isinstance(found, Finding)
    return found


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def with_free(monkeypatch: pytest.MonkeyPatch, mebibytes: int) -> None:
    usage = Usage(1, 1, mebibytes * machine.MEBIBYTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


@pytest.mark.parametrize(
    ("mebibytes", "state"), [(100, "fail"), (300, "warn"), (1500, "warn"), (1537, "ok")]
)
def test_room_on_the_disk(
    config: Config, monkeypatch: pytest.MonkeyPatch, mebibytes: int, state: str
) -> None:
    with_free(monkeypatch, mebibytes)
    found = only(machine.disk(config))
    assert found.state == state
    assert f"{mebibytes:,} MiB free" in found.text


def test_a_folder_that_cannot_be_written(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = only(machine.disk(config))
    assert (found.state, found.text) == ("fail", f"{config.state_dir.parent} cannot be written")


def test_a_folder_that_others_may_look_into(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_free(monkeypatch, 10_000)
    config.state_dir.mkdir(mode=0o755)
    config.state_dir.chmod(0o755)
    first, second = machine.disk(config)
    assert (first.state, second.state) == ("warn", "ok")
    config.state_dir.chmod(0o700)
    assert only(machine.disk(config)).state == "ok"


@pytest.mark.parametrize(
    ("areas", "state"),
    [
        ("", "ok"),
        ("/dev/zram0 partition 1 0 100\n", "ok"),
        ("/dev/sda2 partition 1 0 -2\n", "warn"),
        ("/dev/zram0 partition 1 0 100\n/swapfile file 1 0 -2\n", "warn"),
    ],
)
def test_swap(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, areas: str, state: str
) -> None:
    file = tmp_path / "swaps"
    file.write_text(f"Filename Type Size Used Priority\n{areas}")
    monkeypatch.setattr(machine, "_SWAPS", file)
    assert only(machine.swap(config)).state == state


def test_swap_where_the_kernel_does_not_tell(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_SWAPS", tmp_path / "nowhere")
    assert only(machine.swap(config)).state == "warn"


@pytest.mark.parametrize(
    ("now", "known", "state"),
    [
        (datetime(2027, 1, 1, tzinfo=UTC), True, "ok"),
        (datetime(2027, 1, 1, tzinfo=UTC), None, "ok"),
        (datetime(2027, 1, 1, tzinfo=UTC), False, "warn"),
        (datetime(2001, 1, 1, tzinfo=UTC), True, "fail"),
    ],
)
def test_the_clock(
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    known: object,
    state: str,
) -> None:
    monkeypatch.setattr(time, "time", now.timestamp)
    monkeypatch.setattr(machine, "synchronised", lambda: known)
    found = only(machine.clock(config))
    assert found.state == state
    assert f"{now:%Y-%m}" in found.text


def test_the_kernel_says_whether_its_clock_is_kept_right() -> None:
    assert machine.synchronised() in (True, False, None)


@pytest.mark.parametrize(
    ("limit", "state"), [(1024, "warn"), (65_536, "ok"), (resource.RLIM_INFINITY, "ok")]
)
def test_open_files(
    config: Config, monkeypatch: pytest.MonkeyPatch, limit: int, state: str
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert only(machine.open_files(config)).state == state


def test_a_disk_without_room_for_files(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, 10_000)
    real = os.statvfs(config.state_dir.parent)
    values = list(real)
    values[5], values[7] = 100_000, 10  # f_files, f_favail
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(values))
    assert only(machine.disk(config)).state == "fail"
