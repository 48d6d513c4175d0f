from __future__ import annotations

import errno
import os
import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.spool.segment import (
    MAX_RECORD_BYTES,
    SegmentWriter,
    backlog,
    frame,
    order,
    scan,
    segments,
    stream_of,
    writer_gone,
)

STEM = "w0." + "a" * 20


def _payloads(found: list[tuple[int, bytes | None]]) -> list[bytes | None]:
    return [payload for _, payload in found]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: a write is cut there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)


def test_whole_records_are_found_with_the_position_after_each() -> None:
    one, two = frame(b"\x01{}"), frame(b"\x01" + b"x" * 500)
    result = scan(one + two, final=False)
    assert result.found == [
        (len(one), b"\x01{}"),
        (len(one) + len(two), b"\x01" + b"x" * 500),
    ]
    assert result.used == len(one) + len(two)


def test_every_cut_of_a_record_is_waited_for() -> None:
    record = frame(b"\x01{}")
    for cut in range(len(record)):
        result = scan(frame(b"first") + record[:cut], final=False)
        assert _payloads(result.found) == [b"first"]
        assert result.used == len(frame(b"first"))


def test_an_unfinished_end_is_damage_once_the_writer_is_gone() -> None:
    record = frame(b"\x01{}")
    result = scan(frame(b"first") + record[:-1], final=True)
    assert _payloads(result.found) == [b"first", None]
    assert result.used == len(frame(b"first")) + len(record) - 1


@pytest.mark.parametrize("at", range(14))
def test_one_flipped_byte_costs_one_record(at: int) -> None:
    damaged = bytearray(frame(b"\x01{}"))
    damaged[at] ^= 0x40
    result = scan(frame(b"before") + damaged + frame(b"after"), final=False)
    assert _payloads(result.found) == [b"before", None, b"after"]


def test_garbage_between_records_is_one_gap() -> None:
    result = scan(frame(b"before") + b"\0" * 4096 + frame(b"after"), final=False)
    assert _payloads(result.found) == [b"before", None, b"after"]


@given(
    st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\xf5", b"")), max_size=8), st.data()
)
def test_any_damage_leaves_the_other_records_readable(
    payloads: list[bytes], data: st.DataObject
) -> None:
    frames = [frame(payload) for payload in payloads]
    whole = b"".join(frames)
    cut = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=30).map(lambda b: b.replace(b"\xf5", b"")))
    result = scan(whole[:cut] + noise + whole[cut:], final=True)
    assert result.used == len(whole) + len(noise)
    starts = [len(b"".join(frames[:n])) for n in range(len(frames))]
    untouched = [
        payload
        for payload, start, framed in zip(payloads, starts, frames, strict=True)
        if not noise or not start < cut < start + len(framed)
    ]
    # The one that was cut may be found too, where the noise happens to repair it.
    found = iter(payload for payload in _payloads(result.found) if payload is not None)
    assert all(payload in found for payload in untouched)


def test_names_sort_by_start_of_the_writer_then_by_part(tmp_path: Path) -> None:
    early, late = "0" * 19 + "1", "0" * 19 + "2"
    names = [
        f"w0.{late}.000001.seg",
        f"w1.{early}.000010.seg",
        f"w1.{early}.000009.seg",
    ]
    for name in [*names, "notes.txt", "w0.seg", f"w0.{early}.000001.new"]:
        (tmp_path / name).touch()
    assert segments(tmp_path) == [names[2], names[1], names[0]]
    assert stream_of(names[1]) == stream_of(names[2]) != stream_of(names[0])
    assert order("notes.txt") == ("", "")


def test_a_missing_folder_holds_no_segments(tmp_path: Path) -> None:
    assert segments(tmp_path / "none") == []
    assert backlog(tmp_path / "none").files == 0


def test_the_lock_tells_whether_the_writer_lives(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "outbox", STEM, 1)
    (name,) = segments(tmp_path / "outbox")
    descriptor = os.open(tmp_path / "outbox" / name, os.O_RDONLY)
    try:
        assert not writer_gone(descriptor)
        writer.close()
        assert writer_gone(descriptor)
    finally:
        os.close(descriptor)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "outbox", STEM, 1)
    (name,) = segments(tmp_path / "outbox")
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "outbox" / name).stat().st_mode) == 0o600
    writer.close()


def test_a_write_that_the_disk_cuts_short_is_taken_back(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path, STEM, 1)
    first, second = frame(b"first"), frame(b"x" * 5000)
    writer.append(first)
    path = tmp_path / segments(tmp_path)[0]
    with largest_file(2000), pytest.raises(OSError, match="large") as caught:
        writer.append(second)
    assert caught.value.errno == errno.EFBIG
    assert path.read_bytes() == first
    assert not writer.broken
    writer.append(second)
    assert path.read_bytes() == first + second
    writer.close()


def test_a_deleted_file_is_noticed(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path, STEM, 1)
    assert not writer.removed()
    (tmp_path / segments(tmp_path)[0]).unlink()
    assert writer.removed()
    writer.close()


def test_closing_twice_and_syncing_afterwards_do_nothing(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path, STEM, 1)
    writer.append(frame(b"one"))
    writer.sync()
    writer.close()
    writer.close()
    writer.sync()
    assert (tmp_path / segments(tmp_path)[0]).read_bytes() == frame(b"one")


def test_the_longest_record_is_read_back() -> None:
    payload = b"x" * MAX_RECORD_BYTES
    assert _payloads(scan(frame(payload), final=False).found) == [payload]


def test_the_backlog_counts_files_and_bytes(tmp_path: Path) -> None:
    for part in (1, 2):
        writer = SegmentWriter(tmp_path, STEM, part)
        writer.append(frame(b"12345"))
        writer.close()
    found = backlog(tmp_path)
    assert (found.files, found.bytes) == (2, 2 * len(frame(b"12345")))
    old = tmp_path / segments(tmp_path)[0]
    os.utime(old, (old.stat().st_atime, old.stat().st_mtime - 100))
    assert 100 <= backlog(tmp_path).oldest_age_s < 160
