"""The files by which others know a running supervisor."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from proxy.supervisor.slot import SlotState
from proxy.supervisor.sockets import SupervisorError
from proxy.supervisor.state import RunFolder, Status, read_status

STATUS = Status(
    pid=7,
    started_at=1.0,
    configured_at=2.0,
    listeners=["127.0.0.1:8080"],
    children=[SlotState("worker-1", 8, ready=True, restarts=0)],
)


def test_the_status_is_there_while_it_runs_and_private(tmp_path: Path) -> None:
    state = tmp_path / "var"
    assert read_status(state) is None
    folder = RunFolder(state)
    folder.write(STATUS)
    assert read_status(state) == STATUS
    assert (state / "run" / "supervisor.pid").read_text() == f"{os.getpid()}\n"
    assert stat.S_IMODE((state / "run").stat().st_mode) == 0o700
    folder.close()
    assert read_status(state) is None
    assert [path.name for path in (state / "run").iterdir()] == ["lock"]


def test_a_second_one_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    first = RunFolder(tmp_path)
    with pytest.raises(SupervisorError, match="another Jauge runs on"):
        RunFolder(tmp_path)
    first.close()
    RunFolder(tmp_path).close()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SupervisorError, match="cannot be used"):
        RunFolder(tmp_path / "file" / "var")


def test_a_damaged_status_is_none(tmp_path: Path) -> None:
    RunFolder(tmp_path).write(STATUS)
    (tmp_path / "run" / "status.json").write_text("{")
    assert read_status(tmp_path) is None
