"""Events reach the client one by one: the service waits for each before it sends the next."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bench.simulated.coding import coded_pieces
from bench.simulated.http1 import Answer as Reply
from tests.support.raw import Raw
from tests.support.running import Product
from tests.support.scenes import HOST, chat, chat_chunks, chunk
from tests.support.stage import Stage

EVENTS = chat_chunks()
PATIENCE_S = 20.0
"""Far beyond what anything takes: only a stream that is held back gets here."""


class Lockstep:
    """A service that goes on with its stream only when the client has the last event."""

    def __init__(self, pieces: list[bytes], coding: str | None) -> None:
        self._pieces = pieces
        self._coding = coding
        self.received = threading.Semaphore(0)
        self.held_back = False

    async def _act(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        coding = f"Content-Encoding: {self._coding}\r\n" if self._coding else ""
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            + f"{coding}Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        for piece in self._pieces:
            writer.write(chunk(piece))
            await writer.drain()
            if not await asyncio.to_thread(self.received.acquire, timeout=PATIENCE_S):
                self.held_back = True
                return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    def reply(self) -> Reply:
        return Reply(takeover=self._act)


@pytest.mark.parametrize("coding", [None, "gzip", "deflate", "br", "zstd"])
def test_no_event_is_held_back(jauge: Product, stage: Stage, coding: str | None) -> None:
    pieces = coded_pieces(coding, EVENTS) if coding else EVENTS
    service = Lockstep(pieces, coding)
    stage.next.append(service.reply())
    arrived: list[bytes] = []
    reference = f"lockstep-{coding}"
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        connection.send(chat(reference))
        for piece in connection.pieces():
            arrived.append(piece)
            service.received.release()
    assert not service.held_back
    assert arrived == pieces
    (row,) = jauge.settled([reference])[reference]
    assert (row["status"], row["parse_status"], row["output_tokens"]) == ("ok", "ok", 12)


def test_streams_of_several_clients_do_not_wait_for_each_other(
    jauge: Product, stage: Stage
) -> None:
    """One client's stream stands still while others begin and end."""
    service = Lockstep(EVENTS, None)
    stage.next.append(service.reply())
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as slow:
        slow.send(chat("standing-still"))
        pieces = slow.pieces()
        first = next(pieces)
        names = [f"beside-standing-{number}" for number in range(10)]
        for name in names:
            with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
                assert connection.ask(chat(name)).complete
        assert all(len(jauge.settled(names)[name]) == 1 for name in names)
        service.received.release()
        for _ in pieces:
            service.received.release()
    assert first == EVENTS[0]
    (row,) = jauge.settled(["standing-still"])["standing-still"]
    assert (row["status"], row["output_tokens"]) == ("ok", 12)
