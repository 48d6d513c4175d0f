"""What the kernel tells: of a made-up /proc, and of this one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proxy.measured.processes import read, roots

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "stat").write_text("cpu  100 20 30 4000 50 6 7 80 9 0\ncpu0 1 2\n")
    (tmp_path / "meminfo").write_text("MemTotal: 1000 kB\nMemFree: 5 kB\nMemAvailable: 400 kB\n")
    (tmp_path / "self").mkdir()
    process(tmp_path, 1, 0, "init", 500)
    process(tmp_path, 10, 1, "jauge (sup) 3 x", 100, children=50)
    process(tmp_path, 11, 10, "worker", 30)
    process(tmp_path, 12, 11, "child of worker", 5)
    process(tmp_path, 20, 1, "other", 900)
    process(tmp_path, 30, 20, "auditor alone", 7)
    return tmp_path


def process(proc: Path, pid: int, parent: int, name: str, ticks: int, *, children: int = 0) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    times = f"{ticks - 1} 1 {children} 0"
    (folder / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 {times} 20 0 1 0")
    (folder / "statm").write_text("90 10 4 1 0 60 0\n")


def test_a_tree_with_its_ended_children(proc: Path) -> None:
    usage = read({10}, proc)
    assert usage.own_cpu_s == pytest.approx((100 + 50 + 30 + 5) / TICKS)
    assert (usage.own_resident_bytes, usage.own_private_bytes) == (30 * PAGE, 18 * PAGE)
    # user, nice, system, irq, softirq; guest time (9) is part of user.
    assert usage.busy_cpu_s == pytest.approx(163 / TICKS)
    assert usage.capacity_cpu_s == pytest.approx((163 + 4000 + 50 + 80) / TICKS)
    assert (usage.total_bytes, usage.used_bytes) == (1_024_000, 600 * 1024)


def test_two_trees_and_one_inside_the_other(proc: Path) -> None:
    assert read({10, 30}, proc).own_cpu_s == pytest.approx(192 / TICKS)
    assert read({10, 12}, proc) == read({10}, proc)
    # A supervisor that has gone takes nothing away from the rest.
    assert read({30, 4711}, proc).own_cpu_s == pytest.approx(7 / TICKS)


def test_processes_that_vanish_or_cannot_be_read_are_left_out(proc: Path) -> None:
    (proc / "12" / "stat").write_text("")
    (proc / "11" / "statm").unlink()
    usage = read({10}, proc)
    assert usage.own_cpu_s == pytest.approx(180 / TICKS)
    assert usage.own_resident_bytes == 10 * PAGE


def test_where_none_is_visible_nothing_is_told(proc: Path) -> None:
    with pytest.raises(OSError, match="none of our processes"):
        read({4711}, proc)
    (proc / "meminfo").write_text("MemTotal: 1000 kB\n")
    with pytest.raises(OSError, match="does not tell its memory"):
        read({10}, proc)


def test_roots(tmp_path: Path) -> None:
    file = tmp_path / "supervisor.pid"
    assert roots(5, file) == {5}
    file.write_text("17\n")
    assert roots(5, file) == {5, 17}
    file.write_text("nonsense")
    assert roots(5, file) == {5}


def test_here_the_sum_keeps_what_ended_children_used() -> None:
    before = read({os.getpid()})
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    subprocess.run([sys.executable, "-c", busy], check=True)
    after = read({os.getpid()})
    assert after.own_cpu_s - before.own_cpu_s >= 0.45
    assert after.busy_cpu_s > before.busy_cpu_s
    assert 0 < after.own_private_bytes <= after.own_resident_bytes
    assert after.used_bytes < after.total_bytes
    time.sleep(0.02)
    assert read({os.getpid()}).capacity_cpu_s > before.capacity_cpu_s
