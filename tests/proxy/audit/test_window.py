from __future__ import annotations

import time

from proxy.audit.window import Window
from proxy.audit.words import WordsStore
from proxy.exchange import Exchange, to_bytes
from proxy.spool.inbox import Item
from proxy.spool.messages import Words
from tests.support.ledger import plain


def _now(**changes: object) -> Exchange:
    return plain(time.time() - 1.5, **changes)


def _items(*exchanges: Exchange) -> list[Item]:
    return [Item("s.seg", number, to_bytes(one)) for number, one in enumerate(exchanges, 1)]


def _window(wait_s: float = 3600.0, most: int = 100) -> tuple[Window, WordsStore]:
    store = WordsStore(1_000_000, 60)
    return Window(store, wait_s=wait_s, most=most), store


def _ready(window: Window) -> list[str | None]:
    return [held.exchange.id if held.exchange else None for held in window.ready()]


def test_records_without_words_wait_for_nothing() -> None:
    window, _ = _window()
    exchanges = [_now(words=state) for state in ("off", "empty", "dropped")]
    window.add(_items(*exchanges))
    assert _ready(window) == [one.id for one in exchanges]


def test_a_record_waits_for_its_words_and_holds_up_those_behind() -> None:
    window, store = _window()
    first, second = _now(words="sent"), _now(words="off")
    window.add(_items(first, second))
    assert _ready(window) == []
    store.put(Words(id=first.id, answer="a"))
    assert _ready(window) == [first.id, second.id]


def test_a_record_waits_only_so_long() -> None:
    window, _ = _window(wait_s=0.0)
    one = _now(words="sent")
    window.add(_items(one))
    assert _ready(window) == [one.id]


def test_a_record_from_a_backlog_does_not_wait() -> None:
    window, _ = _window(wait_s=10.0)
    old = plain(time.time() - 3600, words="sent")
    window.add(_items(old))
    assert _ready(window) == [old.id]


def test_a_record_from_the_future_waits_no_longer_than_others() -> None:
    window, _ = _window(wait_s=0.0)
    window.add(_items(plain(time.time() + 3600, words="sent")))
    assert len(_ready(window)) == 1


def test_in_a_hurry_nothing_waits() -> None:
    window, _ = _window()
    window.add(_items(_now(words="sent")))
    window.hurry = True
    assert len(_ready(window)) == 1


def test_damage_and_bytes_that_are_no_record_pass_as_gaps() -> None:
    window, _ = _window()
    window.add([Item("s.seg", 1, None), Item("s.seg", 2, b"\x01{"), Item("s.seg", 3, b"\x63{}")])
    assert [(held.exchange, held.gap) for held in window.ready()] == [
        (None, "damaged"),
        (None, "unreadable"),
        (None, "unreadable"),
    ]


def test_room_is_what_is_left_of_the_bound() -> None:
    window, _ = _window(most=3)
    window.add(_items(_now(words="sent"), _now()))
    assert (len(window), window.room) == (2, 1)
    window.clear()
    assert (len(window), window.room) == (0, 3)


def test_the_oldest_is_the_end_of_the_exchange_at_the_head() -> None:
    window, _ = _window()
    assert window.oldest is None
    one = _now(words="sent")
    window.add(_items(one))
    assert window.oldest == one.started_at + one.duration_s
