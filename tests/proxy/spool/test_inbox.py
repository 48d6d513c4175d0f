from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxy.spool.inbox import CHUNK_BYTES, Inbox, Item
from proxy.spool.outbox import Outbox
from proxy.spool.segment import MAX_RECORD_BYTES, SegmentWriter, frame, segments

BOOT = "a" * 20
STEM = f"w0.{BOOT}"


def _writer(folder: Path, *records: bytes, stem: str = STEM, part: int = 1) -> SegmentWriter:
    writer = SegmentWriter(folder, stem, part)
    writer.append(b"".join(map(frame, records)))
    return writer


def _payloads(items: list[Item]) -> list[bytes | None]:
    return [item.record for item in items]


def _positions(items: list[Item]) -> dict[str, int]:
    return {item.segment: item.end for item in items}


def _read_all(inbox: Inbox, limit: int = 1000) -> list[Item]:
    items: list[Item] = []
    while more := inbox.read(limit):
        items += more
    return items


def test_records_come_with_the_position_that_acknowledges_them(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one", b"two")
    items = Inbox(tmp_path, {}).read(10)
    name = segments(tmp_path)[0]
    size = len(frame(b"one"))
    assert items == [Item(name, size, b"one"), Item(name, 2 * size, b"two")]
    writer.close()


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "outbox", {})
    assert inbox.read(10) == []
    assert inbox.state().error is None
    writer = _writer(tmp_path / "outbox", b"one")
    assert _payloads(inbox.read(10)) == [b"one"]
    writer.close()


def test_what_is_appended_later_is_read_later_and_only_once(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one")
    inbox = Inbox(tmp_path, {})
    assert _payloads(inbox.read(10)) == [b"one"]
    assert inbox.read(10) == []
    writer.append(frame(b"two"))
    assert _payloads(inbox.read(10)) == [b"two"]
    writer.close()
    assert inbox.read(10) == []


def test_reading_stops_at_the_limit_and_goes_on_there(tmp_path: Path) -> None:
    records = [b"%d" % number for number in range(25)]
    writer = _writer(tmp_path, *records)
    inbox = Inbox(tmp_path, {})
    batches = [_payloads(inbox.read(10)) for _ in range(4)]
    assert batches == [records[:10], records[10:20], records[20:], []]
    writer.close()


def test_a_new_inbox_goes_on_at_the_saved_position(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one", b"two", b"three")
    items = Inbox(tmp_path, {}).read(2)
    assert _payloads(Inbox(tmp_path, _positions(items)).read(10)) == [b"three"]
    writer.close()


def test_a_segment_is_deleted_only_when_its_writer_is_gone_and_all_is_settled(
    tmp_path: Path,
) -> None:
    writer = _writer(tmp_path, b"one", b"two")
    inbox = Inbox(tmp_path, {})
    items = inbox.read(10)
    inbox.settle(_positions(items))
    assert len(segments(tmp_path)) == 1, "its writer lives"
    writer.close()
    inbox.read(10)
    assert segments(tmp_path) == []
    assert inbox.gone() == [items[0].segment]
    inbox.forgotten(inbox.gone())
    assert inbox.gone() == []


def test_a_finished_segment_is_kept_until_its_last_record_is_settled(tmp_path: Path) -> None:
    _writer(tmp_path, b"one", b"two").close()
    inbox = Inbox(tmp_path, {})
    first, second = inbox.read(10)
    inbox.settle({first.segment: first.end})
    assert len(segments(tmp_path)) == 1
    assert inbox.gone() == []
    inbox.settle({second.segment: second.end})
    assert segments(tmp_path) == []


def test_an_empty_finished_segment_is_deleted(tmp_path: Path) -> None:
    SegmentWriter(tmp_path, STEM, 1).close()
    assert Inbox(tmp_path, {}).read(10) == []
    assert segments(tmp_path) == []


def test_positions_of_segments_that_are_gone_may_be_forgotten(tmp_path: Path) -> None:
    saved = {f"w9.{BOOT}.000001.seg": 5, "another reader's": 7}
    inbox = Inbox(tmp_path, saved)
    assert inbox.gone() == [], "nothing was looked at yet"
    inbox.read(10)
    assert inbox.gone() == [f"w9.{BOOT}.000001.seg"]


def test_segments_of_one_writer_are_read_in_order_and_writers_take_turns(tmp_path: Path) -> None:
    writers = [
        _writer(tmp_path, b"a3", stem=STEM, part=3),
        _writer(tmp_path, b"a1", stem=STEM, part=1),
        _writer(tmp_path, b"a2", stem=STEM, part=2),
        _writer(tmp_path, b"b1", b"b2", b"b3", stem=f"w1.{BOOT}", part=1),
    ]
    for writer in writers:
        writer.close()
    inbox = Inbox(tmp_path, {})
    batches = [_payloads(inbox.read(1)) for _ in range(6)]
    order = [payload for batch in batches for payload in batch]
    assert [p for p in order if p and p.startswith(b"a")] == [b"a1", b"a2", b"a3"]
    assert [p for p in order if p and p.startswith(b"b")] == [b"b1", b"b2", b"b3"]
    assert {payload[:1] for payload in order[:2] if payload} == {b"a", b"b"}


def test_the_torn_end_of_a_living_writer_is_waited_for(tmp_path: Path) -> None:
    record = frame(b"two")
    writer = _writer(tmp_path, b"one")
    writer.append(record[:9])
    inbox = Inbox(tmp_path, {})
    assert _payloads(inbox.read(10)) == [b"one"]
    assert inbox.read(10) == []
    writer.append(record[9:])
    assert _payloads(inbox.read(10)) == [b"two"]
    writer.close()


def test_the_torn_end_of_a_dead_writer_is_one_gap(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one")
    writer.append(frame(b"two")[:9])
    writer.close()
    inbox = Inbox(tmp_path, {})
    items = _read_all(inbox)
    assert _payloads(items) == [b"one", None]
    inbox.settle(_positions(items))
    assert segments(tmp_path) == []


def test_a_tail_that_its_writer_took_back_is_read_as_what_came_after(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one")
    path = tmp_path / segments(tmp_path)[0]
    writer.append(frame(b"lost to a full disk")[:15])
    inbox = Inbox(tmp_path, {})
    assert _payloads(inbox.read(10)) == [b"one"]
    os.truncate(path, len(frame(b"one")))
    writer.append(frame(b"two"))
    assert _payloads(inbox.read(10)) == [b"two"]
    writer.close()


def test_damage_in_the_middle_is_one_gap_and_the_rest_is_read(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one", b"two", b"three")
    path = tmp_path / segments(tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[len(frame(b"one")) + 13] ^= 0xFF
    path.write_bytes(data)
    assert _payloads(Inbox(tmp_path, {}).read(10)) == [b"one", None, b"three"]
    writer.close()


def test_damage_longer_than_a_chunk_is_skipped_to_the_next_record(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path, STEM, 1)
    writer.append(frame(b"one") + b"\0" * (3 * CHUNK_BYTES) + frame(b"two"))
    payloads = _payloads(_read_all(Inbox(tmp_path, {})))
    assert payloads[0] == b"one"
    assert payloads[-1] == b"two"
    assert set(payloads[1:-1]) == {None}
    writer.close()


def test_records_larger_than_half_a_chunk_are_read(tmp_path: Path) -> None:
    big = b"x" * MAX_RECORD_BYTES
    writer = _writer(tmp_path, b"one", big, big, big, b"two")
    assert _payloads(_read_all(Inbox(tmp_path, {}))) == [b"one", big, big, big, b"two"]
    writer.close()


def test_a_segment_that_vanishes_is_given_up(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one")
    inbox = Inbox(tmp_path, {})
    items = inbox.read(10)
    (tmp_path / items[0].segment).unlink()
    assert inbox.read(10) == []
    assert inbox.gone() == [items[0].segment]
    writer.close()


def test_a_folder_that_cannot_be_listed_is_told_and_nothing_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("not a folder")
    inbox = Inbox(tmp_path / "outbox", {f"w9.{BOOT}.000001.seg": 5})
    assert inbox.read(10) == []
    assert inbox.state().error == "ENOTDIR"
    assert inbox.gone() == []


def test_a_segment_that_cannot_be_opened_does_not_hold_up_the_others(tmp_path: Path) -> None:
    (tmp_path / f"w0.{BOOT}.000001.seg").symlink_to(tmp_path / "nowhere" / "else")
    writer = _writer(tmp_path, b"one", stem=f"w1.{BOOT}")
    inbox = Inbox(tmp_path, {})
    assert _payloads(_read_all(inbox)) == [b"one"]
    assert inbox.state().error == "ENOENT"
    writer.close()


def test_a_segment_that_cannot_be_deleted_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _writer(tmp_path, b"one").close()
    inbox = Inbox(tmp_path, {})
    items = inbox.read(10)

    def refuse(self: Path, *, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        inbox.settle(_positions(items))
        assert inbox.state().error == "EROFS"
        assert inbox.gone() == []
    assert inbox.read(10) == []
    assert segments(tmp_path) == []


def test_leftovers_of_writers_that_died_at_birth_are_removed(tmp_path: Path) -> None:
    leftover = tmp_path / f"w0.{BOOT}.000001.new"
    leftover.touch()
    Inbox(tmp_path, {})
    assert not leftover.exists()


def test_the_state_tells_what_waits(tmp_path: Path) -> None:
    writer = _writer(tmp_path, b"one", b"two")
    inbox = Inbox(tmp_path, {})
    inbox.read(1)
    state = inbox.state()
    assert (state.segments, state.unread_bytes, state.error) == (1, len(frame(b"two")), None)
    writer.close()
    inbox.close()


def test_a_hundred_thousand_records_of_several_workers_arrive_once_each_in_order(
    tmp_path: Path,
) -> None:
    outboxes = [Outbox(tmp_path, worker=f"w{n}", limit_bytes=1 << 30) for n in range(4)]
    for number in range(25_000):
        for worker, outbox in enumerate(outboxes):
            outbox.put(b"%d %06d" % (worker, number))
    for outbox in outboxes:
        outbox.close(30)
    inbox = Inbox(tmp_path, {})
    seen: dict[bytes, list[int]] = {}
    while items := inbox.read(2000):
        for item in items:
            assert item.record is not None
            name, count = item.record.split()
            seen.setdefault(name, []).append(int(count))
        inbox.settle(_positions(items))
    assert seen == {b"%d" % number: list(range(25_000)) for number in range(4)}
    assert segments(tmp_path) == []
