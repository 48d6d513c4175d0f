"""Both directions of a connection flow, whatever waits in one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy.proxy.server import ConnectionHandler, ConnectionIO

from addons import duplex
from addons.levers import put
from bench.simulated.http1 import Answer as Reply
from tests.support import edge
from tests.support.raw import Raw, head
from tests.support.scenes import HOST
from tests.support.stage import Stage, staged

PIECE = b"\xff" * 60_000
"""No WebSocket frame: the bytes of another protocol, which pass unread."""
PIECES = 1000
"""60 MB: more than all buffers on the way hold."""
UPGRADE = head(
    "GET",
    "/v1/realtime?model=gpt-realtime",
    [
        *(("Host", HOST), ("Connection", "Upgrade"), ("Upgrade", "websocket")),
        *(("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")),
    ],
)
SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as one:
        yield one


@pytest.fixture
def worker(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[edge.Worker]:
    settings = {"edge.parent": stage.url, "edge.upstream_ca": str(stage.ca)}
    config = edge.configure(tmp_path_factory.mktemp("worker"), settings)
    with edge.worker(config, addons="addons.assemble:build") as one:
        yield one


async def speaking_while_it_listens(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Sends PIECES and hears as many at the same time; then says whether it heard all."""

    async def speak() -> None:
        for _ in range(PIECES):
            writer.write(PIECE)
            await writer.drain()

    writer.write(SWITCHING)
    speaking = asyncio.create_task(speak())
    left = PIECES * len(PIECE)
    while left and (data := await reader.read(65536)):
        left -= len(data)
    await speaking
    writer.write(b"heard" if not left else b"ended")
    await writer.drain()
    return False


def test_a_client_may_say_all_before_it_listens(worker: edge.Worker, stage: Stage) -> None:
    stage.next.append(Reply(takeover=speaking_while_it_listens))
    with Raw.tunnel(worker.port, HOST, worker.authority) as connection:
        assert connection.ask(UPGRADE, "GET").status == 101
        for _ in range(PIECES):
            connection.send(PIECE)
        heard, end = 0, b""
        while heard < PIECES * len(PIECE) + 5:
            data = connection.socket.recv(1 << 20) if heard else connection._some(None)
            assert data
            heard, end = heard + len(data), (end + data)[-5:]
    assert end == b"heard"


class Ends:
    """The transports of a handler, each with a writer that says when it is waited for."""

    def __init__(self, *waiting_bytes: int) -> None:
        self.drained: list[int] = []
        self.transports = {
            number: ConnectionIO(handler=None, writer=self._writer(number, size))
            for number, size in enumerate(waiting_bytes)
        }

    def _writer(self, number: int, size: int) -> asyncio.StreamWriter:
        transport: Any = SimpleNamespace(
            get_write_buffer_size=lambda: size, is_closing=lambda: True
        )
        writer = asyncio.StreamWriter.__new__(asyncio.StreamWriter)
        writer._transport = transport  # type: ignore[attr-defined]

        async def drain() -> None:
            self.drained.append(number)
            if number == 2:
                raise ConnectionResetError("gone")

        writer.drain = drain  # type: ignore[method-assign]
        return writer


@pytest.mark.parametrize(
    ("waiting_bytes", "drained"),
    [
        ((0, 0), [1]),
        ((duplex.OWN_BYTES, 0), [1]),
        ((duplex.OWN_BYTES + 1, 0), [0, 1]),  # one that asks and never listens
        ((0, 0, 0), [1, 2]),  # one that is gone holds up nobody
    ],
)
async def test_reading_from_an_end_waits_for_the_others(
    waiting_bytes: tuple[int, ...], drained: list[int]
) -> None:
    ends: Any = Ends(*waiting_bytes)
    ends.transports[0].handler = asyncio.current_task()
    await duplex._drain_writers(ends)
    assert ends.drained == drained


def test_an_unknown_mitmproxy_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = ConnectionHandler.drain_writers
    assert duplex.mend("99.0") == []
    assert ConnectionHandler.drain_writers is before
    assert "unknown mitmproxy 99.0" in caplog.text


def test_it_can_be_undone() -> None:
    before = ConnectionHandler.drain_writers
    undo = duplex.mend()
    assert ConnectionHandler.drain_writers is not before
    put(undo)
    assert ConnectionHandler.drain_writers is before
