from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from proxy.spool import outbox as outbox_module
from proxy.spool.inbox import Inbox
from proxy.spool.outbox import Outbox
from proxy.spool.segment import MAX_RECORD_BYTES, SegmentWriter, scan, segments
from tests.proxy.spool.test_segment import largest_file
from tests.support.waiting import wait_until

MIB = 1024 * 1024


def _on_disk(folder: Path) -> list[bytes | None]:
    found: list[bytes | None] = []
    for name in segments(folder):
        found += [p for _, p in scan((folder / name).read_bytes(), final=True).found]
    return found


def _records(count: int, size: int = 0) -> list[bytes]:
    return [b"%06d" % number + b"x" * size for number in range(count)]


def test_what_is_put_is_on_disk_in_order_after_close(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", worker="w0", limit_bytes=MIB)
    for record in _records(1000):
        outbox.put(record)
    outbox.close()
    assert _on_disk(tmp_path / "outbox") == _records(1000)
    assert outbox.state() == type(outbox.state())(queued=0, lost=0, oldest_age_s=0.0, error=None)


def test_folder_and_files_belong_to_the_owner_alone(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", worker="w0", limit_bytes=MIB)
    outbox.put(b"one")
    outbox.close()
    (path,) = (tmp_path / "outbox").iterdir()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_workers_of_the_same_name_write_distinct_files(tmp_path: Path) -> None:
    outboxes = [Outbox(tmp_path, worker="w 0/../x", limit_bytes=MIB) for _ in range(5)]
    for number, outbox in enumerate(outboxes):
        outbox.put(b"%d" % number)
    for outbox in outboxes:
        outbox.close()
    assert len(segments(tmp_path)) == 5
    assert sorted(map(str, _on_disk(tmp_path))) == [f"b'{n}'" for n in range(5)]
    assert all(name.startswith("w_0_.._x.") for name in segments(tmp_path))


def test_a_full_segment_is_closed_and_another_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "SEGMENT_BYTES", 10_000)
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    records = _records(60, size=494)
    for start in range(0, 60, 20):
        for record in records[start : start + 20]:
            outbox.put(record)
        wait_until(lambda: outbox.state().queued == 0, "the records are written")
    outbox.close()
    assert len(segments(tmp_path)) == 3
    assert _on_disk(tmp_path) == records


def test_an_old_segment_is_closed_though_nothing_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "SEGMENT_S", 0.05)
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    outbox.put(b"one")
    wait_until(lambda: outbox.state().queued == 0, "it is written")
    wait_until(lambda: outbox._segment is None, "the segment is closed")
    outbox.put(b"two")
    outbox.close()
    assert len(segments(tmp_path)) == 2


def test_a_record_that_is_too_long_is_lost_and_counted(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    outbox.put(b"x" * (MAX_RECORD_BYTES + 1))
    outbox.put(b"x" * MAX_RECORD_BYTES)
    outbox.close()
    assert outbox.state().lost == 1
    assert [len(record or b"") for record in _on_disk(tmp_path)] == [MAX_RECORD_BYTES]


def test_the_limit_of_the_folder_holds_for_all_workers_together(tmp_path: Path) -> None:
    (tmp_path / f"other.{'0' * 20}.000001.seg").write_bytes(b"x" * 60_000)
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=100_000, memory_bytes=20_000)
    put = 0
    while outbox.state().error != "EDQUOT":
        outbox.put(b"x" * 1000)
        put += 1
        time.sleep(0.001)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 100_000
    state = outbox.state()
    kept = len(_on_disk(tmp_path)) - 1
    assert kept + state.queued + state.lost == put
    assert 0 < kept <= 40
    assert state.oldest_age_s > 0

    # The auditor has read and deleted: what still waits is written.
    waiting = state.queued
    for name in segments(tmp_path):
        (tmp_path / name).unlink()
    wait_until(lambda: outbox.state().queued == 0, "the rest is written")
    outbox.close()
    assert len(_on_disk(tmp_path)) == waiting
    assert outbox.state().error is None
    assert outbox.state().lost == state.lost


def test_memory_is_bounded_while_the_disk_refuses_and_the_loss_is_counted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    outbox = Outbox(tmp_path / "file" / "outbox", worker="w0", limit_bytes=MIB, memory_bytes=1000)
    for record in _records(50, size=94):
        outbox.put(record)
    wait_until(lambda: outbox.state().error, "the failure is told")
    state = outbox.state()
    assert (state.queued, state.lost, state.error) == (10, 40, "ENOTDIR")
    outbox.close(timeout_s=0.3)
    assert (outbox.state().queued, outbox.state().lost) == (0, 50)


def test_a_folder_that_comes_back_receives_what_waited(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    outbox = Outbox(tmp_path / "outbox", worker="w0", limit_bytes=MIB)
    outbox.put(b"one")
    wait_until(lambda: outbox.state().error, "the failure is told")
    (tmp_path / "outbox").unlink()
    wait_until(lambda: outbox.state().queued == 0, "the record is written")
    outbox.close()
    assert _on_disk(tmp_path / "outbox") == [b"one"]
    assert outbox.state().error is None


def test_a_disk_that_fills_in_the_middle_of_a_write_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    outbox.put(b"first")
    wait_until(lambda: outbox.state().queued == 0, "the first record is written")
    with largest_file(3000):
        for record in _records(100, size=94):
            outbox.put(record)
        wait_until(lambda: outbox.state().error == "EFBIG", "the failure is told")
    wait_until(lambda: outbox.state().queued == 0, "the rest is written")
    outbox.close()
    assert _on_disk(tmp_path) == [b"first", *_records(100, size=94)]
    assert outbox.state().lost == 0


def test_a_disk_that_stays_full_gets_room_from_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SegmentWriter.append

    def append(self: SegmentWriter, group: bytes) -> None:
        if sum(path.stat().st_size for path in tmp_path.iterdir()) + len(group) > 20_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, group)

    monkeypatch.setattr(SegmentWriter, "append", append)
    monkeypatch.setattr(outbox_module, "GROUP_BYTES", 2_000)
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    records = _records(100, size=494)
    for record in records:
        outbox.put(record)
    wait_until(lambda: outbox.state().error == "ENOSPC", "the disk is full")
    inbox = Inbox(tmp_path, {})
    read: list[bytes | None] = []

    def all_read() -> bool:
        items = inbox.read(1000)
        read.extend(item.record for item in items)
        inbox.settle({item.segment: item.end for item in items})
        return len(read) == 100

    wait_until(all_read, "everything is read")
    outbox.close()
    assert read == records
    assert outbox.state().lost == 0


def test_a_deleted_segment_is_replaced_by_another(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    outbox.put(b"one")
    wait_until(lambda: outbox.state().queued == 0, "the first record is written")
    (tmp_path / segments(tmp_path)[0]).unlink()
    outbox.put(b"two")
    outbox.close()
    assert _on_disk(tmp_path) == [b"two"]


def test_put_after_close_is_a_counted_loss(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    outbox.close()
    outbox.put(b"late")
    assert outbox.state().lost == 1


def test_a_slow_sync_holds_up_no_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    entered = threading.Event()

    def stuck(_: int) -> None:
        entered.set()
        release.wait(30)

    monkeypatch.setattr(os, "fdatasync", stuck)
    outbox = Outbox(tmp_path, worker="w0", limit_bytes=MIB)
    outbox.put(b"one")
    wait_until(entered.is_set, "the sync has begun")
    outbox.put(b"two")
    wait_until(lambda: _on_disk(tmp_path) == [b"one", b"two"], "written during the sync")
    release.set()
    outbox.close()


WRITER = """
import sys, time
from pathlib import Path
from proxy.spool.inbox import Inbox
from proxy.spool.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]), worker="w0", limit_bytes=1 << 30)
number = 0
while True:
    for _ in range(50):
        outbox.put(b"%012d" % number)
        number += 1
    while outbox.state().queued:
        time.sleep(0.001)
    print(number, flush=True)
    for _ in range(7):
        outbox.put(b"%012d" % number)
        number += 1
"""


def test_a_killed_writer_loses_nothing_that_was_no_longer_queued(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        written = [int(process.stdout.readline()) for _ in range(10)]
        process.send_signal(signal.SIGKILL)
        written += [int(line) for line in process.stdout]
    found = _on_disk(tmp_path)
    whole = [record for record in found if record is not None]
    assert len(found) - len(whole) <= 1
    assert [int(record) for record in whole] == list(range(len(whole)))
    assert len(whole) >= written[-1] >= 500


def test_a_record_is_queued_for_less_than_the_promised_100_ms() -> None:
    assert outbox_module.LINGER_S <= 0.05
