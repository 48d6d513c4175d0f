"""A place where one child always runs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from proxy.supervisor.process import Spec
from proxy.supervisor.slot import Slot, pause_s
from tests.support.waiting import PATIENCE_S

STAYS = "import os, time; os.write(1, b'ready\\n'); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + STAYS
ASKED = """
import os, signal, sys, time
def asked(*_):
    with open(sys.argv[1], "a") as file:
        file.write("asked ")
    signal.alarm(1)
signal.signal(signal.SIGTERM, asked)
os.write(1, b"ready\\n")
while True:
    time.sleep(60)
"""
"""Ends one second after it was last asked to."""
WORKS = (
    """
import os, time
while time.process_time() < 1.5:
    pass
"""
    + STAYS
)
"""Takes its time to start, at work."""
HANGS = "import time; time.sleep(600)"
LOOPS = "while True: pass"
FAILS = "raise SystemExit(78)"
DIES = "import os; os.write(1, b'noise\\nready\\n'); raise SystemExit(5)"


def python(program: str) -> Spec:
    return Spec([sys.executable, "-c", program])


def slot(program: str, *, exclusive: bool = False, grace_s: float = 0.0) -> tuple[Slot, list[str]]:
    said: list[str] = []
    made = Slot("child", python(program), grace_s=grace_s, exclusive=exclusive, report=said.append)
    return made, said


async def until(condition: object) -> None:
    async with asyncio.timeout(30):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - of other processes
            await asyncio.sleep(0.01)


def running(word: str) -> bool:
    """Whether a process with this word in its command lives."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
        except OSError:  # it has ended meanwhile
            continue
        if word.encode() in command and status.rpartition(")")[2].split()[0] != "Z":
            return True
    return False


def test_pauses_grow_with_the_deaths() -> None:
    assert [pause_s(n) for n in (1, 2, 3, 7, 50)] == [0.0, 0.5, 1.0, 30.0, 30.0]


async def test_a_child_that_dies_is_started_again() -> None:
    one, said = slot(STAYS)
    assert await one.start()
    first = one.state().pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: one.state().ready and one.state().pid != first)
    assert said == ["child ended (killed by SIGKILL), is started again"]
    assert one.state().restarts == 1
    await one.stop()
    assert one.state().pid is None


async def test_what_the_system_does_not_start_is_tried_again(tmp_path: Path) -> None:
    program = tmp_path / "child"
    program.write_text(f"#!{sys.executable}\n{STAYS}\n")
    program.chmod(0o700)
    said: list[str] = []
    one = Slot("child", Spec([str(program)]), grace_s=0.0, exclusive=False, report=said.append)
    assert await one.start()
    away = program.rename(tmp_path / "away")
    os.kill(one.state().pid or 0, signal.SIGKILL)
    await until(lambda: len(said) >= 3)
    assert said[:2] == [
        "child ended (killed by SIGKILL), is started again",
        "child cannot be started (No such file or directory)",
    ]
    assert one.state().pid is None
    away.rename(program)
    await until(lambda: one.state().ready)
    await one.stop()


@pytest.mark.parametrize("exclusive", [True, False])
async def test_a_replacement_that_the_system_does_not_start_is_none(*, exclusive: bool) -> None:
    one, said = slot(STAYS, exclusive=exclusive)
    assert await one.start()
    assert not await one.replace(Spec(["/there/is/no/such/program"]))
    assert one.state().ready
    os.kill(one.state().pid or 0, signal.SIGKILL)  # it is kept as before
    await until(lambda: one.state().restarts == 1 and one.state().ready)
    assert said[0] == "child cannot be started (No such file or directory)"
    await one.stop()


async def test_a_start_that_goes_on_working_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that is busy with other things: slow by the clock, and not stuck."""
    monkeypatch.setattr("proxy.supervisor.process.LOOK_S", 0.05)
    monkeypatch.setattr("proxy.supervisor.process.STUCK_S", 0.5)
    monkeypatch.setattr("proxy.supervisor.process.PROGRESS_S", 0.01)
    one, _ = slot(WORKS)
    began = time.monotonic()
    assert await one.start()
    assert time.monotonic() - began > 0.5
    await one.stop()


@pytest.mark.parametrize(("program", "limit"), [("HANGS", "STUCK_S"), ("LOOPS", "WORK_S")])
async def test_a_start_that_hangs_or_never_ends_is_given_up(
    program: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.supervisor.process.LOOK_S", 0.05)
    monkeypatch.setattr(f"proxy.supervisor.process.{limit}", 0.5)
    one, _ = slot({"HANGS": HANGS, "LOOPS": LOOPS}[program])
    async with asyncio.timeout(PATIENCE_S):
        assert not await one.start()
    assert not one.state().ready
    await one.stop()


async def test_one_that_keeps_dying_is_started_after_longer_pauses() -> None:
    one, said = slot(DIES)
    assert await one.start()
    await until(lambda: len(said) == 2)
    assert said[0] == "child ended (exit status 5), is started again"
    assert said[1] == "child ended (exit status 5), is started again in 0.5 s"
    await one.stop()


async def test_one_that_never_serves_is_not_kept_unless_asked_to() -> None:
    one, said = slot(FAILS)
    assert not await one.start()
    assert not one._tasks, "nothing waits to start it again"
    assert said == []
    one.keep()
    await until(lambda: said)
    assert said[0] == "child ended (its configuration cannot be served), is started again"
    await one.stop()


@pytest.mark.parametrize("exclusive", [True, False])
async def test_another_takes_its_place(*, exclusive: bool) -> None:
    one, said = slot(STAYS, exclusive=exclusive)
    assert await one.start()
    first = one.state().pid
    assert await one.replace(python(STAYS + "  # another"))
    assert one.state().pid != first
    assert one.spec.command[-1].endswith("another")
    os.kill(one.state().pid or 0, signal.SIGKILL)  # the new one is kept as the old one was
    await until(lambda: one.state().restarts == 1 and one.state().ready)
    assert len(said) == 1
    await one.stop()


@pytest.mark.parametrize("exclusive", [True, False])
async def test_one_that_does_not_serve_leaves_things_as_they_were(*, exclusive: bool) -> None:
    one, said = slot(STAYS, exclusive=exclusive)
    assert await one.start()
    first = one.state().pid
    assert not await one.replace(python(FAILS))
    assert one.state().ready
    assert (one.state().pid == first) is not exclusive
    assert one.spec.command[-1] == STAYS
    assert said == []
    await one.stop()


async def test_a_replacement_that_is_given_up_leaves_no_process_behind(tmp_path: Path) -> None:
    one, _ = slot(STAYS)
    assert await one.start()
    first = one.state().pid
    silent = "import os, time; os.write(2, b''); time.sleep(60)"
    replacing = asyncio.create_task(one.replace(python(f"{silent}  # {tmp_path}")))
    await until(lambda: running(str(tmp_path)))
    replacing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await replacing
    assert one.state().pid == first
    assert not running(str(tmp_path))
    await one.stop()


async def test_a_child_that_will_not_stop_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.supervisor.process.KILL_S", 0.2)
    one, _ = slot(STUBBORN)
    assert await one.start()
    async with asyncio.timeout(10):
        await one.stop()
    assert one.state().pid is None


async def test_a_child_that_does_not_hurry_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.supervisor.process.HURRY_S", 0.2)
    one, _ = slot(STUBBORN, grace_s=600)
    assert await one.start()
    process = one._process
    assert process is not None
    stopping = asyncio.create_task(one.stop())
    await until(lambda: process._asked)
    assert not stopping.done()
    one.hurry()
    async with asyncio.timeout(10):
        await stopping
    assert one.state().pid is None


async def test_a_stop_does_not_hurry_one_that_was_replaced_before(tmp_path: Path) -> None:
    """It was asked to end when its successor came; asked again, it would drop what it does."""
    file = tmp_path / "asked"
    said: list[str] = []
    spec = Spec([sys.executable, "-c", ASKED, str(file)])
    one = Slot("child", spec, grace_s=600, exclusive=False, report=said.append)
    assert await one.start()
    assert await one.replace(python(STAYS))
    await until(file.exists)
    await one.stop()
    assert file.read_text() == "asked "
