"""Clients that leave, dawdle, or send and fetch far more than usual."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.simulated.http1 import Answer as Reply
from tests.support.raw import Answer, Raw, head
from tests.support.running import Product, Row
from tests.support.scenes import HOST, SSE_HEAD, chat, chat_answer, chat_chunks, chunk
from tests.support.stage import REFERENCE, Stage
from tests.support.waiting import wait_until

MEGABYTE = 1_000_000
LARGE = 50 * MEGABYTE
MOST_MEMORY = 160 * MEGABYTE
"""Of a worker at any time: about 80 of its own, and no copy of a large body."""
EVENTS = chat_chunks()


class Held:
    """A service that sends the beginning of an answer and then waits for the client to go."""

    def __init__(self, *beginning: bytes) -> None:
        self._beginning = beginning
        self.gone = threading.Event()

    async def _act(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for data in self._beginning:
            writer.write(data)
        await writer.drain()
        try:
            if not await asyncio.wait_for(reader.read(1), 30):
                self.gone.set()
        except ConnectionError:
            self.gone.set()
        return False

    def reply(self) -> Reply:
        return Reply(takeover=self._act)


def one(jauge: Product, reference: str) -> Row:
    (row,) = jauge.settled([reference])[reference]
    return row


def still_serves(jauge: Product, reference: str) -> None:
    """A new connection works, and its exchange is recorded."""
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        assert connection.ask(chat(reference)).complete
    assert one(jauge, reference)["status"] == "ok"


def peak_memory(jauge: Product) -> int:
    """The most resident memory that any worker ever had, in bytes."""
    peaks = []
    for name in ("worker-1", "worker-2"):
        lines = Path(f"/proc/{jauge.pid(name)}/status").read_text().splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM:"))
        peaks.append(int(peak.split()[1]) * 1024)
    return max(peaks)


def leave_in_a_stream(connection: Raw, reference: str) -> None:
    connection.send(chat(reference))
    first = connection.answer(stop_after=len(EVENTS[0]))
    assert first.status == 200


def leave_before_the_answer(connection: Raw, reference: str) -> None:
    connection.send(chat(reference))


def leave_in_the_request(connection: Raw, reference: str) -> None:
    data = chat(reference)
    connection.send(data[:-40])


@pytest.mark.parametrize(
    ("leave", "beginning", "expected"),
    [
        (leave_in_a_stream, [SSE_HEAD, *map(chunk, EVENTS[:6])], {"http_status": 200}),
        (leave_before_the_answer, [], {"http_status": None}),
    ],
)
def test_a_client_that_leaves_ends_the_generation_and_counts_as_aborted(
    jauge: Product,
    stage: Stage,
    leave: Callable[[Raw, str], None],
    beginning: list[bytes],
    expected: dict[str, object],
) -> None:
    held = Held(*beginning)
    stage.next.append(held.reply())
    before = len(stage.seen)
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        leave(connection, leave.__name__)
        wait_until(lambda: len(stage.seen) > before, "the request arrives")
    assert held.gone.wait(20)
    row = one(jauge, leave.__name__)
    expected |= {"status": "aborted", "parse_status": "partial", "tool": "openai-api"}
    assert {name: row[name] for name in expected} == expected
    assert row["answer_chars"] >= (1 if beginning else 0)
    still_serves(jauge, f"after-{leave.__name__}")


def test_a_client_that_leaves_in_its_request_counts_as_aborted(jauge: Product) -> None:
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        leave_in_the_request(connection, "half-a-request")
        with Raw.tunnel(jauge.port, HOST, jauge.authority) as other:
            assert other.ask(chat("beside-half-a-request")).complete
    row = one(jauge, "half-a-request")
    assert (row["status"], row["parse_status"], row["http_status"]) == ("aborted", "partial", None)
    assert 0 < row["request_bytes"] < len(chat("half-a-request"))
    still_serves(jauge, "after-half-a-request")


def large_request(reference: str, size: int) -> tuple[bytes, bytes]:
    """Head and body of a request with a picture of about this size."""
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * size}}
    content = [{"type": "text", "text": "Que montre cette image ?"}, picture]
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": content}]}
    body = json.dumps(asked).encode()
    fields = [("Host", HOST), ("Content-Type", "application/json"), (REFERENCE, reference)]
    fields += [("Content-Length", str(len(body))), ("x-simulated-model", "gpt-4o-mini")]
    return head("POST", "/v1/chat/completions", fields), body


def large_answer(size: int) -> bytes:
    """An answer with a text of about this size."""
    value = json.loads(chat_answer())
    value["choices"][0]["message"]["content"] = "Bonjour à tous. " * (size // 17)
    return json.dumps(value, ensure_ascii=False).encode()


def test_a_request_of_50_megabytes_passes_through(jauge: Product, stage: Stage) -> None:
    start, body = large_request("large-request", LARGE)
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        answer = connection.ask(start + body)
    assert answer.complete
    arrived = stage.request("large-request").body
    assert hashlib.sha256(arrived).digest() == hashlib.sha256(body).digest()
    row = one(jauge, "large-request")
    expected = {
        "status": "truncated",
        "parse_status": "partial",
        "request_bytes": len(body),
        "output_tokens": 24,
        "output_source": "reported",
    }
    assert {name: row[name] for name in expected} == expected
    assert peak_memory(jauge) < MOST_MEMORY
    still_serves(jauge, "after-large-request")


def test_an_answer_of_50_megabytes_passes_through(jauge: Product, stage: Stage) -> None:
    body = large_answer(LARGE)
    stage.next.append(Reply(body=body))
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        answer = connection.ask(chat("large-answer", stream=False))
    assert answer.complete
    assert hashlib.sha256(answer.body).digest() == hashlib.sha256(body).digest()
    row = one(jauge, "large-answer")
    expected = {"status": "ok", "parse_status": "ok", "output_tokens": 12}
    assert {name: row[name] for name in expected} == expected
    assert row["response_bytes"] == len(body)
    assert row["answer_chars"] == len(json.loads(body)["choices"][0]["message"]["content"])
    assert peak_memory(jauge) < MOST_MEMORY
    still_serves(jauge, "after-large-answer")


def read_slowly(jauge: Product, reference: str) -> Answer:
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        connection.send(chat(reference, stream=False))
        return connection.answer(pause_s=0.004)


def test_a_slow_reader_gets_every_byte_and_holds_up_nobody(jauge: Product, stage: Stage) -> None:
    body = large_answer(12 * MEGABYTE)
    stage.next.append(Reply(body=body))
    found: list[Answer] = []
    slow = threading.Thread(target=lambda: found.append(read_slowly(jauge, "slow-reader")))
    slow.start()
    wait_until(lambda: not stage.next, "the slow reader's answer begins")
    for number in range(4):
        still_serves(jauge, f"beside-slow-reader-{number}")
    slow.join(60)
    assert found[0].complete
    assert found[0].body == body
    assert one(jauge, "slow-reader")["response_bytes"] == len(body)
    assert peak_memory(jauge) < MOST_MEMORY


def test_a_slow_sender_is_waited_for(jauge: Product, stage: Stage) -> None:
    data = chat("slow-sender")
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        for at in range(0, len(data), 11):
            connection.send(data[at : at + 11])
            threading.Event().wait(0.005)
        assert connection.answer().complete
    assert stage.request("slow-sender").body == data.partition(b"\r\n\r\n")[2]
    assert one(jauge, "slow-sender")["status"] == "ok"


def test_one_connection_serves_many_requests(jauge: Product) -> None:
    names = [f"kept-alive-{number}" for number in range(20)]
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        for number, name in enumerate(names):
            assert connection.ask(chat(name, stream=bool(number % 2))).complete
    rows = jauge.settled(names)
    assert [len(rows[name]) for name in names] == [1] * 20


def test_requests_sent_before_the_answer_are_answered_in_order(jauge: Product) -> None:
    names = [f"pipelined-{number}" for number in range(4)]
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        connection.send(b"".join(chat(name, stream=False) for name in names))
        assert [connection.answer().status for _ in names] == [200] * 4
    rows = jauge.settled(names)
    starts = [row["started_at"] for name in names for row in rows[name]]
    assert len(starts) == 4
    assert starts == sorted(starts)
