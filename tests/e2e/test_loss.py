"""Workers that end with counts they could not write, in every order of ends and starts.

What is lost is lost; that it is, and how much, must be in the ledger, once.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.raw import Raw
from tests.support.refusal import WORKERS, alive, ask, lost
from tests.support.running import Product, product
from tests.support.stage import Stage
from tests.support.waiting import wait_until

LOST = re.compile(r"lost (\d+) counts \(ENOTDIR\)")
UNRECORDED = re.compile(r"no auditor has recorded the number of lost counts: (\d+)")


@pytest.fixture
def losing(tmp_path: Path, stage: Stage) -> Iterator[tuple[Product, int]]:
    """A product whose workers hold counts that they cannot write, and how many.

    A file stands where the folder of the outbox belongs; ledger and log can be written.
    """
    with product(tmp_path, stage, {"edge.drain_s": 5}) as jauge:
        for name in WORKERS:
            jauge.pid(name)
        (jauge.state_dir / "outbox").write_text("in the way")
        yield jauge, len(ask(jauge, "lost"))


@contextlib.contextmanager
def none_after(jauge: Product, number: signal.Signals) -> Iterator[None]:
    """The auditor gets a signal (SIGHUP: a reload) and ends, and none can start meanwhile.

    Another one holds the lock, as far as they see.
    """
    with (jauge.state_dir / "auditor.lock").open("r+b") as file:
        if number == signal.SIGHUP:
            jauge.signal(number)
        else:
            os.kill(jauge.pid("auditor"), number)
        wait_until(lambda: _locked(file.fileno()), "the lock is free", pause_s=0.001)
        yield


@contextlib.contextmanager
def ledger_held(jauge: Product) -> Iterator[None]:
    """The ledger cannot be written: another process is about to."""
    with contextlib.closing(
        sqlite3.connect(jauge.state_dir / "ledger.sqlite", isolation_level=None)
    ) as ledger:
        ledger.execute("BEGIN IMMEDIATE")
        yield
        ledger.execute("ROLLBACK")


def _locked(descriptor: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def end_workers(jauge: Product) -> None:
    for name in WORKERS:
        os.kill(jauge.pid(name), signal.SIGTERM)


def said(jauge: Product, pattern: re.Pattern[str]) -> int:
    """Sum of the numbers in the log."""
    return sum(int(found) for found in pattern.findall(jauge.said))


def test_a_reload_replaces_the_auditor_meanwhile(losing: tuple[Product, int]) -> None:
    jauge, count = losing
    with none_after(jauge, signal.SIGHUP):
        # One that ended before the last was replaced has told the old auditor.
        wait_until(lambda: said(jauge, LOST) == count, "the old workers look for an auditor")
    wait_until(lambda: "\nreloaded" in jauge.said, "reloaded")
    wait_until(lambda: lost(jauge) == count, "the loss is counted")


def test_an_auditor_is_killed_just_before(losing: tuple[Product, int]) -> None:
    jauge, count = losing
    jauge.kill("auditor")
    end_workers(jauge)
    wait_until(lambda: lost(jauge) == count, "the loss is counted")


def test_an_auditor_is_killed_just_after(losing: tuple[Product, int]) -> None:
    """What it had taken in and not written, the next one hears too."""
    jauge, count = losing
    with ledger_held(jauge):
        end_workers(jauge)
        jauge.wait_metric("jauge_outbox_lost_records_total", count)
        jauge.kill("auditor")
    wait_until(lambda: lost(jauge) == count, "the loss is counted")


def test_an_auditor_comes_late(losing: tuple[Product, int]) -> None:
    """It fails to start, and is started again after a pause."""
    jauge, count = losing
    with none_after(jauge, signal.SIGKILL):
        end_workers(jauge)
        wait_until(lambda: said(jauge, LOST) == count, "the workers look for an auditor")
        wait_until(lambda: "is started again in " in jauge.said, "an auditor does not start")
        assert lost(jauge) == 0
    wait_until(lambda: lost(jauge) == count, "the loss is counted")
    assert said(jauge, UNRECORDED) == 0


def test_all_stops(losing: tuple[Product, int]) -> None:
    jauge, count = losing
    assert jauge.stop() == 0
    assert lost(jauge) == count


def test_all_stops_at_once(losing: tuple[Product, int]) -> None:
    """The second signal hurries the workers, and does not take their auditor away."""
    jauge, count = losing
    jauge.signal(signal.SIGTERM)
    wait_until(lambda: "stopping: " in jauge.said, "it stops")
    assert jauge.stop() == 0
    assert lost(jauge) == count
    assert "auditor ended" not in jauge.said


def test_a_stop_breaks_off_a_reload(losing: tuple[Product, int]) -> None:
    """While there is no auditor: the new one comes all the same."""
    jauge, count = losing
    auditor = jauge.pid("auditor")
    jauge.signal(signal.SIGHUP)
    wait_until(lambda: not alive(auditor), "the old auditor has ended")
    assert jauge.stop() == 0
    assert "\nreloaded" not in jauge.said
    assert lost(jauge) == count


def test_a_killed_supervisor_takes_the_auditor_with_it(losing: tuple[Product, int]) -> None:
    """Its workers outlive it for as long as they have something to tell the next auditor."""
    jauge, count = losing
    old = [jauge.pid(name) for name in WORKERS]
    jauge.process.kill()
    jauge.process.wait()
    wait_until(lambda: not _listens(jauge), "the old workers listen no more")
    with jauge.started():
        wait_until(lambda: lost(jauge) == count, "the loss is counted")
        wait_until(lambda: not any(map(alive, old)), "the old workers end")


def _listens(jauge: Product) -> bool:
    with contextlib.suppress(ConnectionRefusedError), Raw.plain(jauge.port):
        return True
    return False


def test_no_auditor_ever_comes(losing: tuple[Product, int]) -> None:
    """The one case that is not counted: the log has the number."""
    jauge, count = losing
    with none_after(jauge, signal.SIGKILL):
        jauge.signal(signal.SIGTERM)
        wait_until(lambda: said(jauge, LOST) == count, "the workers look for an auditor")
        assert jauge.stop() == 0
    assert said(jauge, UNRECORDED) == count
    assert lost(jauge) == 0
