"""A disk that refuses: the traffic goes on, and health and doctor say what is the matter."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.refusal import WORKERS, alive, ask, lost, unwritable
from tests.support.running import Product, product
from tests.support.stage import Stage
from tests.support.waiting import wait_until

SIZE = "24m"


def _mount(folder: Path) -> str | None:
    """Mount a small disk; why that is not possible."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return "only root can mount a small disk"
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"mount: {done.stderr.strip()}" if done.returncode else None


def _remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(folder)], check=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk that a test can fill."""
    folder = tmp_path_factory.mktemp("disk")
    reason = _mount(folder)
    if reason:
        pytest.skip(reason)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, disk: Path, stage: Stage
) -> Iterator[tuple[Product, Path]]:
    """A product with its state on that disk, and the file that can fill it."""
    folder = tmp_path_factory.mktemp("on-small-disk")
    settings = {"state_dir": str(disk / "state")}
    with product(folder, stage, settings) as one:
        yield one, disk / "filler"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[Product]:
    """A product whose files a test can make impossible to write."""
    with product(tmp_path_factory.mktemp("read-only"), stage) as one:
        yield one


def fill(filler: Path) -> None:
    """Write until nothing more fits."""
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


def reasons(jauge: Product, component: str) -> str:
    part = jauge.health()["components"][component]
    return " ".join(part["reasons"]) if part["status"] == "fail" else ""


def doctor(jauge: Product) -> tuple[int, list[dict[str, Any]]]:
    """The doctor's exit status, and its findings that are failures."""
    code, text = jauge.jauge("doctor", "--json")
    findings = json.loads(text)["findings"]
    return code, [one for one in findings if one["state"] == "fail"]


def assert_all_there(jauge: Product, names: list[str]) -> None:
    """Each exchange is in the ledger, once."""
    rows = jauge.settled(names)
    assert [len(rows.get(name, ())) for name in names] == [1] * len(names)


def test_a_full_disk_stops_no_request_and_is_told(filled: tuple[Product, Path]) -> None:
    jauge, filler = filled
    names = ask(jauge, "before")
    assert_all_there(jauge, names)
    fill(filler)
    names += ask(jauge, "full")
    wait_until(lambda: "ENOSPC" in reasons(jauge, "outbox"), "health tells of the outbox")
    assert reasons(jauge, "disk")
    assert jauge.health()["status"] == "fail"
    code, failures = doctor(jauge)
    assert code == 1
    assert any("disk" in one["check"] for one in failures), failures
    assert any("ENOSPC" in one["text"] for one in failures), failures
    filler.unlink()
    wait_until(lambda: not reasons(jauge, "outbox"), "health tells that it is over")
    assert_all_there(jauge, [*names, *ask(jauge, "after")])


def test_a_start_with_a_full_disk_serves_the_traffic(
    filled: tuple[Product, Path], stage: Stage
) -> None:
    jauge, filler = filled
    assert jauge.stop() == 0
    fill(filler)
    with jauge.started(ready=False) as second:
        wait_until(second.serves, "it serves")
        names = ask(second, "full-start")
        filler.unlink()
        second.wait_ready()
        assert_all_there(second, names)


def test_a_start_on_a_read_only_disk_serves_the_traffic(
    filled: tuple[Product, Path], disk: Path
) -> None:
    """The auditor cannot start, is tried again, and gets all once it can."""
    jauge, _ = filled
    _remount(disk, "ro")
    try:
        with jauge.started(ready=False) as second:
            wait_until(second.serves, "it serves")
            names = ask(second, "read-only-start")
            assert "(EROFS); see state_dir" in second.said
            assert doctor(second)[0] == 1
            _remount(disk, "rw")
            second.wait_ready()
            assert_all_there(second, names)
    finally:
        _remount(disk, "rw")


def test_workers_that_cannot_write_serve_on_and_say_so(refused: Product) -> None:
    names = ask(refused, "writable")
    with unwritable(refused, *WORKERS):
        names += ask(refused, "unwritable")
        wait_until(lambda: "EFBIG" in reasons(refused, "outbox"), "health tells of the outbox")
        code, failures = doctor(refused)
        assert code == 1
        assert any("EFBIG" in one["text"] for one in failures), failures
    wait_until(lambda: not reasons(refused, "outbox"), "health tells that it is over")
    assert_all_there(refused, names)


def test_an_auditor_that_cannot_write_loses_nothing_and_says_so(refused: Product) -> None:
    with unwritable(refused, "auditor"):
        names = ask(refused, "unrecorded")
        wait_until(lambda: reasons(refused, "ledger"), "health tells of the ledger")
        assert doctor(refused)[0] == 1
    wait_until(lambda: not reasons(refused, "ledger"), "health tells that it is over")
    assert_all_there(refused, names)


def test_nothing_can_be_written_at_all(refused: Product) -> None:
    with unwritable(refused, *WORKERS, "auditor"):
        names = ask(refused, "nowhere")
        wait_until(lambda: "EFBIG" in reasons(refused, "outbox"), "health tells of the outbox")
    assert_all_there(refused, names)


def test_what_cannot_be_written_before_the_end_is_counted_as_lost(refused: Product) -> None:
    """The last test of this product: its ledger remembers the loss."""
    old = [refused.pid(name) for name in WORKERS]
    with unwritable(refused, *WORKERS):
        names = ask(refused, "lost")
        wait_until(lambda: "EFBIG" in reasons(refused, "outbox"), "health tells of the outbox")
        refused.signal(signal.SIGHUP)  # new workers: the old ones end with what they have
        wait_until(lambda: "\nreloaded" in refused.said, "reloaded")
        wait_until(lambda: not any(map(alive, old)), "the old workers end")
    wait_until(lambda: lost(refused) == len(names), "the loss is counted")
    after = ask(refused, "after-loss")
    assert_all_there(refused, after)
    assert not set(names) & set(refused.settled(after))
    assert lost(refused) == len(names)
