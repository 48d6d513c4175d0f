from __future__ import annotations

from proxy.scoring.waiting import Waiting


def _put(waiting: Waiting, text: str) -> bool:
    return waiting.put("x", "answer", "fr", text)


def test_it_is_bounded_in_number_and_in_bytes() -> None:
    waiting = Waiting(most=2, most_bytes=10)
    assert _put(waiting, "a" * 8)
    assert not _put(waiting, "b" * 3)
    assert _put(waiting, "c")
    assert not _put(waiting, "d")
    assert (waiting.held, waiting.bytes) == (2, 9)


def test_what_is_being_scored_still_counts() -> None:
    waiting = Waiting(most=1, most_bytes=10)
    assert _put(waiting, "été")
    text = waiting.take(10)
    assert text is not None
    assert text.text == "été".encode()
    assert not _put(waiting, "b")
    waiting.done(len(text.text))
    assert (waiting.held, waiting.bytes) == (0, 0)
    assert _put(waiting, "b")


def test_the_oldest_is_first_and_waits_for_room() -> None:
    waiting = Waiting(most=9, most_bytes=100)
    for text in ("aaaa", "b"):
        _put(waiting, text)
    assert waiting.take(3) is None
    taken = [waiting.take(4), waiting.take(4), waiting.take(4)]
    assert [one and one.text for one in taken] == [b"aaaa", b"b", None]


def test_old_texts_can_be_taken_back() -> None:
    waiting = Waiting(most=9, most_bytes=100)
    _put(waiting, "MARKED")
    assert waiting.expired(60) == []
    (old,) = waiting.expired(-1)
    assert "MARKED" not in repr(old)
    assert len(waiting) == 0
    assert waiting.held == 1


def test_lone_surrogates_are_replaced() -> None:
    waiting = Waiting(most=9, most_bytes=100)
    assert _put(waiting, "a\ud800b")
    (one,) = waiting.drain()
    assert one.text == b"a?b"
