"""One exchange at the tees: what goes through, what is read, and when."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from addons import start as start_module
from addons import tap as tap_module
from addons.desk import Desk
from addons.start import Start, unread
from addons.tally import Tally
from addons.tap import LUMP_BYTES, Tap
from proxy.compose import Circumstances
from proxy.identity import Identity
from proxy.providers import Call
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.answers import QUESTION, REPLY, answered, asked, streamed
from tests.support.waiting import until

CALL = Call("openai-api", "openai", "openai-chat", "chat", "api", model="gpt-4o-mini")
SSE = ((b"Content-Type", b"text/event-stream"),)
JSON = ((b"Content-Type", b"application/json"),)


class Given:
    def __init__(self) -> None:
        self.all: list[tuple[Reading, Circumstances]] = []

    def __call__(self, reading: Reading, facts: Circumstances) -> None:
        self.all.append((reading, facts))


class Watched(Reader):
    """Counts how often it is fed."""

    def __init__(self, call: Call) -> None:
        super().__init__(call, limit_bytes=1_000_000)
        self.fed: list[int] = []

    def feed_answer(self, data: bytes) -> None:
        self.fed.append(len(data))
        super().feed_answer(data)


class Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tap_module, "monotonic", clock)
    monkeypatch.setattr(start_module, "monotonic", clock)
    return clock


class Bench:
    def __init__(self, limit: int = 1_000_000) -> None:
        self.tally = Tally()
        self.desk = Desk(self.tally)
        self.given = Given()
        identity = Identity("unknown", None, "undeclared", keep_words=True)
        start = Start(CALL, identity, sanction="unknown", edge="e", wall=1000.0, reference=None)
        self.tap = Tap("k", start, desk=self.desk, submit=self.given, limit=limit)
        self.reader = Watched(CALL)
        self.tap.begin(lambda: self.reader, {"content-type": "application/json"})

    async def result(self) -> tuple[Reading, Circumstances]:
        await until(lambda: self.given.all, "it is handed over")
        [found] = self.given.all
        return found


async def test_every_piece_is_given_back_as_it_came() -> None:
    bench = Bench()
    for piece in (b"", b"{", asked(), b""):
        assert bench.tap.request_piece(piece) is piece
    bench.tap.answer_begin(200, JSON)
    for piece in (b"", answered(), b"", b""):
        assert bench.tap.answer_piece(piece) is piece
    bench.tap.end()
    _, facts = await bench.result()
    assert (facts.request_bytes, facts.response_bytes) == (len(asked()) + 1, len(answered()))


async def test_a_json_exchange_is_read_at_its_end() -> None:
    bench = Bench()
    bench.tap.request_piece(asked())
    bench.tap.request_end()
    bench.tap.answer_begin(200, JSON)
    bench.tap.answer_piece(answered())
    bench.tap.end()
    assert bench.reader.fed == []
    reading, facts = await bench.result()
    assert bench.reader.fed == [len(answered())]
    assert (reading.prompt, reading.answer) == ([QUESTION], [REPLY])
    assert (facts.http_status, facts.aborted, facts.truncated) == (200, False, False)


async def test_a_stream_is_read_by_the_lump() -> None:
    bench = Bench()
    bench.tap.answer_begin(200, SSE)
    events = streamed() * 20
    for piece in events:
        bench.tap.answer_piece(piece)
        await asyncio.sleep(0)
    bench.tap.end()
    await bench.result()
    assert sum(bench.reader.fed) == sum(map(len, events))
    assert 1 < len(bench.reader.fed) <= sum(map(len, events)) // LUMP_BYTES + 1
    assert sum(bench.tally.stages["response_chunk"].counts) == len(bench.reader.fed) - 1
    assert sum(bench.tally.stages["finish"].counts) == 1


async def test_pieces_are_read_after_they_have_gone_on() -> None:
    bench = Bench()
    bench.tap.answer_begin(200, SSE)
    bench.tap.answer_piece(b"x" * LUMP_BYTES)
    bench.tap.answer_piece(b"y" * 10)
    assert bench.reader.fed == []
    await asyncio.sleep(0)
    assert bench.reader.fed == [LUMP_BYTES + 10]


async def test_durations_come_from_the_monotonic_clock(clock: Clock) -> None:
    bench = Bench()
    clock.now = 50.5
    bench.tap.request_piece(asked())
    bench.tap.answer_begin(200, JSON)
    clock.now = 51.0
    bench.tap.answer_piece(answered())
    clock.now = 52.0
    bench.tap.answer_piece(b" ")
    clock.now = 53.25
    bench.tap.end()
    clock.now = 99.0
    bench.tap.end(aborted=True)  # too late to change anything
    _, facts = await bench.result()
    assert (facts.started_at, facts.duration_s, facts.time_to_first_byte_s) == (1000.0, 3.25, 1.0)
    assert not facts.aborted


@pytest.mark.parametrize(("missing", "aborted"), [(0, False), (1, True)])
async def test_a_client_that_leaves_with_the_last_byte_has_broken_nothing_off(
    missing: int, *, aborted: bool
) -> None:
    bench = Bench()
    bench.tap.request_piece(asked())
    bench.tap.request_end()
    length = b"%d" % (len(answered()) + missing)
    bench.tap.answer_begin(200, (*JSON, (b"Content-Length", length)))
    bench.tap.answer_piece(answered())
    bench.tap.end(aborted=True)
    reading, facts = await bench.result()
    assert (facts.aborted, reading.parse_status) == (aborted, "partial" if aborted else "ok")


@pytest.mark.parametrize("length", [b"", b"12, 12", b"\xb2", b"-1", b"9" * 5000])
async def test_a_senseless_length_announces_nothing(length: bytes) -> None:
    bench = Bench()
    bench.tap.answer_begin(200, (*JSON, (b"content-length", length)))
    bench.tap.answer_piece(answered())
    bench.tap.end(aborted=True)
    _, facts = await bench.result()
    assert facts.aborted


async def test_an_exchange_without_an_answer_has_no_first_byte() -> None:
    bench = Bench()
    bench.tap.request_piece(asked())
    bench.tap.request_end()
    bench.tap.end(aborted=True)
    reading, facts = await bench.result()
    assert (facts.time_to_first_byte_s, facts.http_status) == (None, None)
    assert (facts.aborted, reading.parse_status, reading.prompt) == (True, "partial", [QUESTION])


async def test_what_is_beyond_the_limit_is_counted_and_not_read() -> None:
    bench = Bench(limit=len(asked()))
    bench.tap.request_piece(asked())
    bench.tap.request_piece(b" " * 500)
    bench.tap.request_end()
    bench.tap.answer_begin(200, JSON)
    bench.tap.answer_piece(answered())
    bench.tap.end()
    reading, facts = await bench.result()
    assert facts.truncated
    assert facts.request_bytes == len(asked()) + 500
    assert (reading.parse_status, reading.output_tokens) == ("partial", 17)


async def test_a_reader_that_fails_costs_one_reading_and_no_byte() -> None:
    bench = Bench()
    broken: Any = bench.reader

    def feed_answer(data: bytes) -> None:
        raise ValueError(f"secret {data!r}")

    broken.feed_answer = feed_answer
    bench.tap.answer_begin(200, SSE)
    large = b"x" * LUMP_BYTES
    assert bench.tap.answer_piece(large) is large
    await asyncio.sleep(0)
    assert bench.tap.answer_piece(large) is large
    bench.tap.end()
    reading, facts = await bench.result()
    assert reading == unread(CALL)
    assert (reading.parse_status, reading.model_asked) == ("partial", "gpt-4o-mini")
    assert facts.response_bytes == 2 * LUMP_BYTES
    assert bench.tally.counters()["tee_errors"] == {"ValueError": 1}


@pytest.mark.parametrize("side", ["request_piece", "answer_piece"])
async def test_a_tee_that_fails_passes_everything_on(side: str) -> None:
    bench = Bench()
    bench.tap.answer_begin(200, SSE)

    class Full(Desk):
        def later(self, item: object) -> None:
            raise MemoryError

    bench.tap._desk = Full(bench.tally)
    large = b"x" * LUMP_BYTES
    for _ in range(3):
        assert getattr(bench.tap, side)(large) is large
    assert bench.tally.counters()["tee_errors"] == {"MemoryError": 1}
    bench.tap._desk = bench.desk
    bench.tap.end()
    reading, _ = await bench.result()
    assert reading.parse_status == "partial"


async def test_nothing_is_kept_after_the_end() -> None:
    bench = Bench()
    bench.tap.answer_begin(200, SSE)
    bench.tap.end()
    await bench.result()
    for _ in range(3):
        bench.tap.answer_piece(b"x" * LUMP_BYTES)
        bench.tap.request_piece(b"x" * LUMP_BYTES)
    bench.desk.finish_all()
    assert (bench.tap._answered, bench.tap._asked, len(bench.given.all)) == ([], [], 1)


async def test_becoming_a_talk_takes_the_reader_along() -> None:
    bench = Bench()
    bench.tap.answer_begin(101, ())
    talk = bench.tap.become_talk("", limit_bytes=1000)
    assert talk is not None
    assert talk.start is bench.tap.start
    assert bench.tap.become_talk("", limit_bytes=1000) is None
