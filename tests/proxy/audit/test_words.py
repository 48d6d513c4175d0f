from __future__ import annotations

import pytest

from proxy.audit.words import WordsStore
from proxy.spool.messages import Words


def _words(number: int, size: int = 1000) -> Words:
    return Words(id=str(number), prompt="", answer="x" * size)


def test_words_are_taken_once() -> None:
    store = WordsStore(100_000, 60)
    store.put(_words(1))
    assert "1" in store
    assert store.take("1") == _words(1)
    assert store.take("1") is None
    assert (len(store), store.bytes) == (0, 0)


def test_no_room_drops_the_oldest_and_counts() -> None:
    store = WordsStore(10_000, 60)
    for number in range(20):
        store.put(_words(number))
    assert store.bytes <= 10_000
    assert len(store) + store.full == 20
    assert store.take("19") is not None
    assert store.take("0") is None


def test_words_larger_than_all_room_are_dropped_alone() -> None:
    store = WordsStore(10_000, 60)
    store.put(_words(1))
    store.put(_words(2, 20_000))
    assert (len(store), store.full) == (1, 1)


def test_words_that_come_twice_are_kept_once() -> None:
    store = WordsStore(100_000, 60)
    store.put(_words(1))
    size = store.bytes
    store.put(_words(1))
    assert (len(store), store.bytes, store.full) == (1, size, 0)


def test_words_that_nobody_fetches_are_forgotten() -> None:
    store = WordsStore(100_000, 0.0)
    store.put(_words(1))
    store.forget_old()
    assert (len(store), store.bytes, store.late) == (0, 0, 1)


def test_young_words_are_kept() -> None:
    store = WordsStore(100_000, 60)
    store.put(_words(1))
    store.forget_old()
    assert len(store) == 1


def test_clearing_forgets_all() -> None:
    store = WordsStore(100_000, 60)
    store.put(_words(1))
    store.clear()
    assert (len(store), store.bytes) == (0, 0)


@pytest.mark.parametrize("shown", [repr, str])
def test_no_text_shows(shown: type) -> None:
    store = WordsStore(100_000, 60)
    store.put(Words(id="1", prompt="secret", answer="secret"))
    assert "secret" not in shown(store) + shown(store._held["1"])
