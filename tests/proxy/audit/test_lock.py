from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from proxy.audit.lock import AlreadyRunningError, AuditorLock


def test_a_second_auditor_is_refused(tmp_path: Path) -> None:
    lock = AuditorLock(tmp_path, 0.0)
    with pytest.raises(AlreadyRunningError):
        AuditorLock(tmp_path, 0.0)
    lock.release()
    AuditorLock(tmp_path, 0.0).release()


def test_an_ending_auditor_is_waited_for(tmp_path: Path) -> None:
    lock = AuditorLock(tmp_path, 0.0)
    timer = threading.Timer(0.2, lock.release)
    timer.start()
    AuditorLock(tmp_path, 30.0).release()
    timer.join()


def test_a_killed_auditor_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from proxy.audit.lock import AuditorLock;"
        "lock = AuditorLock(Path(sys.argv[1]), 0.0); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(AlreadyRunningError):
            AuditorLock(tmp_path, 0.0)
        process.kill()
    AuditorLock(tmp_path, 30.0).release()


def test_the_lock_file_is_the_owners(tmp_path: Path) -> None:
    AuditorLock(tmp_path, 0.0).release()
    assert stat.S_IMODE((tmp_path / "auditor.lock").stat().st_mode) == 0o600
