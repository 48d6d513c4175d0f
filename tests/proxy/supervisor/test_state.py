"""The files by which others know a running supervisor."""

from __future__ import annotations

import errno
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


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files can be opened to be read, and not to be written."""
    really = os.open

    def refuse(path: Path, flags: int, *mode: int) -> int:
        if flags & (os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return really(path, flags, *mode)

    monkeypatch.setattr("proxy.supervisor.state.os.open", refuse)


@pytest.mark.usefixtures("read_only")
def test_a_first_start_on_a_read_only_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(SupervisorError, match="Read-only file system"):
        RunFolder(tmp_path)


def test_the_lock_holds_on_a_disk_that_went_read_only(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    RunFolder(tmp_path).close()
    request.getfixturevalue("read_only")
    first = RunFolder(tmp_path)
    with pytest.raises(SupervisorError, match="another Jauge runs on"):
        RunFolder(tmp_path)
    first.close()
    RunFolder(tmp_path).close()


def test_a_damaged_status_is_none(tmp_path: Path) -> None:
    RunFolder(tmp_path).write(STATUS)
    (tmp_path / "run" / "status.json").write_text("{")
    assert read_status(tmp_path) is None
