from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxy.spool.segment import SegmentWriter, frame, segments, writer_gone
from proxy.spool.syncer import Syncer
from tests.support.waiting import wait_until

STEM = "w0." + "a" * 20


def test_a_retired_segment_is_synced_and_given_to_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fdatasync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", noted)
    writer = SegmentWriter(tmp_path, STEM, 1)
    writer.append(frame(b"one"))
    path = tmp_path / segments(tmp_path)[0]
    syncer = Syncer()
    syncer.retire(writer)
    descriptor = os.open(path, os.O_RDONLY)
    wait_until(lambda: writer_gone(descriptor), "the lock is released")
    os.close(descriptor)
    assert synced == [path.stat().st_ino]
    syncer.close(5.0)


def test_many_appends_are_one_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    writer = SegmentWriter(tmp_path, STEM, 1)
    syncer = Syncer()
    for _ in range(50):
        writer.append(frame(b"one"))
        syncer.dirty(writer)
    syncer.close(5.0)
    assert len(synced) == 1
    writer.close()


def test_a_disk_that_cannot_sync_is_told_and_forgotten_when_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "Input/output error", "/a/secret/path")

    syncer = Syncer()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", broken)
        syncer.retire(SegmentWriter(tmp_path, STEM, 1))
        wait_until(lambda: syncer.error == "EIO", "the failure is told")
    syncer.retire(SegmentWriter(tmp_path, STEM, 2))
    wait_until(lambda: syncer.error is None, "the failure is forgotten")
    syncer.close(5.0)
