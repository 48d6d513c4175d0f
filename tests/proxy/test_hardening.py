"""What a process forbids to others and to itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from proxy import hardening
from tests.support.waiting import wait_until


def run(program: str, **environ: str) -> str:
    command = [sys.executable, "-c", f"from proxy import hardening\n{program}"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
        check=True,
        timeout=30,
    )
    return done.stdout.strip()


def test_dumps_are_forbidden_for_good() -> None:
    program = "print(hardening.harden() == hardening.Hardened(no_core=True, not_dumpable=True))"
    assert run(program) == "True"
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
        "print(hardening.state().no_core, hardening.state().not_dumpable)"
    )
    assert run(program) == "True False"


def test_the_limit_of_open_files_is_raised_as_far_as_allowed() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 300)); "
        "print(hardening.raise_open_files(200), hardening.raise_open_files(150), "
        "hardening.raise_open_files(10_000))"
    )
    assert run(program) == "200 200 300"


def test_without_a_supervisor_nothing_ends_it() -> None:
    assert run("hardening.end_with_supervisor(); print('lives')") == "lives"


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux")
def test_it_ends_when_its_supervisor_dies() -> None:
    child = (
        "import time; from proxy import hardening; hardening.end_with_supervisor(); "
        "print('waits', flush=True); time.sleep(60)"
    )
    parent = (
        "import os, subprocess, sys; "
        f"os.environ['{hardening.SUPERVISOR}'] = str(os.getpid()); "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE); "
        "child.stdout.readline(); print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    wait_until(lambda: not _alive(pid), "the child ends")


def test_a_supervisor_that_is_already_gone_is_noticed() -> None:
    command = [sys.executable, "-c", "from proxy import hardening; hardening.end_with_supervisor()"]
    environ = {**os.environ, hardening.SUPERVISOR: "1"}
    if os.getpid() == 1:
        environ[hardening.SUPERVISOR] = "2"
    done = subprocess.run(command, env=environ, check=False, timeout=30)
    assert done.returncode == -signal.SIGTERM


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - it may vanish
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
    finally:
        time.sleep(0)
